-- Each rule gives pairs of claims with a stated and a computed value. A rule compares readings, not claims: what one
-- original text says of one quantity counts once, behind the first claim that says it. Where one of several claims is
-- picked, the day on which the pair was known comes first, so that a later claim never changes what was found before.
WITH valued AS (
    SELECT
        c.claim_id,
        c.measure_id,
        c.scope_id,
        c.period_id,
        c.period,
        c.period_from_fy,
        c.period_to_fy,
        c.price_basis,
        c.fidelity,
        c.origin_group,
        c.source_id,
        c.claim_grade,
        c.known_from,
        c.unit,
        c.value_text,
        c.allows_low,
        c.allows_high,
        coalesce(c.value_central, c.value_low, c.value_high) AS amount,
        coalesce(c.value_low, c.value_central, c.value_high) AS lowest,
        coalesce(c.value_high, c.value_central, c.value_low) AS highest,
        -- For pairs without a unit in common: what is measured, and the value as people read it.
        concat(
            m.label,
            ': ',
            CASE
                WHEN c.unit = 'yes = 1, no = 0'
                    THEN CASE WHEN coalesce(c.value_central, c.value_low, c.value_high) = 1 THEN 'yes' ELSE 'no' END
                WHEN c.unit = 'financial year start' THEN c.period
                ELSE concat(c.value_text, ' ', c.unit)
            END
        ) AS labelled_text,
        c.claim_id = c.reading_claim_id AS is_first_of_reading
    FROM evidence.claim AS c
    INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
),

reading AS (
    SELECT
        r.claim_id,
        r.measure_id,
        r.scope_id,
        r.period_id,
        r.period_from_fy,
        r.period_to_fy,
        r.price_basis,
        r.fidelity,
        r.origin_group,
        r.source_id,
        r.claim_grade,
        r.known_from,
        r.unit,
        r.value_text,
        r.allows_low,
        r.allows_high,
        r.amount,
        s.covers_icb,
        s.covers_nhse,
        s.covers_dhsc,
        s.covers_csu,
        m.stock_or_flow,
        m.same_subject_as
    FROM valued AS r
    INNER JOIN raw.scope AS s ON s.scope_id = r.scope_id
    INNER JOIN evidence.measure AS m ON m.measure_id = r.measure_id
    WHERE r.is_first_of_reading
),

tolerance AS (
    SELECT p.value / 100 AS about_share
    FROM raw.parameter_value AS p
    WHERE p.parameter_id = 'about_tolerance_pct'
),

headcount AS (
    SELECT
        max(CASE WHEN e.measure_id = 'headcount_icb' THEN e.value_central END) AS boards,
        max(CASE WHEN e.measure_id = 'headcount_nhse' THEN e.value_central END) AS nhs_england,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' THEN e.value_central END) AS department
    FROM raw.staffing_estimate AS e
    WHERE e.is_central
),

-- Staff of a scope whose bodies all have a stated headcount and are taken in whole.
staffed AS (
    SELECT
        s.scope_id,
        CASE WHEN s.covers_icb THEN h.boards ELSE 0 END
        + CASE WHEN s.covers_nhse THEN h.nhs_england ELSE 0 END
        + CASE WHEN s.covers_dhsc THEN h.department ELSE 0 END AS heads,
        concat(
            CASE WHEN s.covers_icb THEN CAST(CAST(h.boards AS BIGINT) AS VARCHAR) ELSE '' END,
            CASE WHEN s.covers_icb AND (s.covers_nhse OR s.covers_dhsc) THEN ' + ' ELSE '' END,
            CASE WHEN s.covers_nhse THEN CAST(CAST(h.nhs_england AS BIGINT) AS VARCHAR) ELSE '' END,
            CASE WHEN s.covers_nhse AND s.covers_dhsc THEN ' + ' ELSE '' END,
            CASE WHEN s.covers_dhsc THEN CAST(CAST(h.department AS BIGINT) AS VARCHAR) ELSE '' END
        ) AS parts_text,
        CASE
            WHEN
                CASE WHEN s.covers_icb THEN 1 ELSE 0 END
                + CASE WHEN s.covers_nhse THEN 1 ELSE 0 END
                + CASE WHEN s.covers_dhsc THEN 1 ELSE 0 END > 1
                THEN 2
            ELSE 1
        END AS bodies
    FROM raw.scope AS s
    CROSS JOIN headcount AS h
    WHERE
        (s.covers_icb OR s.covers_nhse OR s.covers_dhsc)
        AND NOT s.covers_csu
        AND s.scope_id <> 'icb_and_part_of_nhse'
),

staff AS (
    SELECT
        s.scope_id,
        s.heads,
        CASE WHEN s.bodies > 1 THEN concat('(', s.parts_text, ')') ELSE s.parts_text END AS heads_text
    FROM staffed AS s
),

plan_known AS (
    SELECT
        p.vintage_id,
        p.line_id,
        p.fy,
        v.known_from,
        v.source_id,
        CAST(p.amount_gbp_m AS DOUBLE) AS amount,
        replace(CAST(CAST(p.amount_gbp_m AS DECIMAL(18, 1)) AS VARCHAR), '.0', '') AS amount_text
    FROM raw.settlement_plan AS p
    INNER JOIN raw.vintage AS v ON v.vintage_id = p.vintage_id
),

-- Two readings of one quantity whose allowed values have none in common.
disjoint AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        CASE
            WHEN a.stock_or_flow = 'date' THEN 'period'
            WHEN
                b.known_from > a.known_from
                AND b.claim_grade <= a.claim_grade
                -- One newspaper does not take back what another wrote the day before; an official does.
                AND (b.claim_grade IN ('A', 'B') OR b.origin_group = a.origin_group)
                THEN 'superseded'
            WHEN a.origin_group = b.origin_group THEN 'internal'
            ELSE 'value'
        END AS conflict_type,
        CASE
            WHEN a.stock_or_flow = 'date' THEN 'years_differ'
            WHEN a.unit = 'yes = 1, no = 0' THEN 'yes_against_no'
            ELSE 'disjoint_values'
        END AS rule_id,
        a.amount AS stated_value,
        b.amount AS computed_value,
        a.unit,
        CASE
            WHEN a.unit = 'yes = 1, no = 0'
                THEN concat(
                    CASE WHEN a.amount = 1 THEN 'yes' ELSE 'no' END,
                    ' against ',
                    CASE WHEN b.amount = 1 THEN 'yes' ELSE 'no' END
                )
            ELSE concat(a.value_text, ' against ', b.value_text)
        END AS arithmetic,
        a.measure_id,
        a.known_from AS known_a,
        b.source_id AS source_b,
        a.amount AS year_a,
        b.amount AS year_b
    FROM reading AS a
    INNER JOIN reading AS b
        ON
            b.measure_id = a.measure_id
            AND b.scope_id = a.scope_id
            AND b.period_id = a.period_id
            AND b.price_basis = a.price_basis
    WHERE
        a.fidelity = 'clean'
        AND b.fidelity = 'clean'
        AND (a.known_from < b.known_from OR (a.known_from = b.known_from AND a.claim_id < b.claim_id))
        AND (a.allows_high < b.allows_low OR b.allows_high < a.allows_low)
),

-- What the limits did between the plan known to claim A and the plan that the document of claim B made known.
plan_move AS (
    SELECT
        d.claim_a,
        d.claim_b,
        later.fy,
        later.amount - earlier.amount AS change_gbp_m,
        concat(later.fy, ': ', later.amount_text, ' - ', earlier.amount_text, ' = ') AS working,
        CAST(substring(later.fy, 1, 4) AS DOUBLE) AS year_of_fy,
        row_number() OVER (
            PARTITION BY d.claim_a, d.claim_b, later.fy ORDER BY earlier.known_from DESC, earlier.vintage_id
        ) AS place
    FROM disjoint AS d
    INNER JOIN plan_known AS later
        ON later.source_id = d.source_b AND later.line_id = 'dhsc_rdel'
    INNER JOIN plan_known AS earlier
        ON earlier.fy = later.fy AND earlier.line_id = later.line_id AND earlier.known_from <= d.known_a
    WHERE d.measure_id = 'recoupment_year'
),

plan_text AS (
    SELECT
        p.claim_a,
        p.claim_b,
        max(
            CASE
                WHEN p.year_of_fy = d.year_a
                    THEN concat(p.working, CAST(CAST(p.change_gbp_m AS DECIMAL(18, 1)) AS VARCHAR))
            END
        ) AS in_year_a,
        max(
            CASE
                WHEN p.year_of_fy = d.year_b
                    THEN concat(p.working, CAST(CAST(p.change_gbp_m AS DECIMAL(18, 1)) AS VARCHAR))
            END
        ) AS in_year_b
    FROM plan_move AS p
    INNER JOIN disjoint AS d ON d.claim_a = p.claim_a AND d.claim_b = p.claim_b
    WHERE p.place = 1
    GROUP BY p.claim_a, p.claim_b
),

disjoint_found AS (
    SELECT
        d.claim_a,
        d.claim_b,
        d.conflict_type,
        d.rule_id,
        d.stated_value,
        d.computed_value,
        d.unit,
        CASE
            WHEN p.in_year_a IS NOT NULL AND p.in_year_b IS NOT NULL
                THEN concat(d.arithmetic, '; limit of ', p.in_year_a, '; of ', p.in_year_b)
            ELSE d.arithmetic
        END AS arithmetic,
        CASE
            WHEN p.in_year_a IS NOT NULL
                THEN 'The year that claim A names is not the one in which the plan falls.'
            WHEN d.conflict_type = 'period' THEN 'The two name different years for the same thing.'
            WHEN d.conflict_type = 'superseded'
                THEN 'The values have nothing in common, and the later claim is of no lower grade.'
            WHEN d.conflict_type = 'internal' THEN 'One text gives two values that have nothing in common.'
            ELSE 'The values have nothing in common, and neither claim is plainly the better.'
        END AS explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM disjoint AS d
    LEFT JOIN plan_text AS p ON p.claim_a = d.claim_a AND p.claim_b = d.claim_b
),

-- A garbled passage against the best sound reading of the same quantity, in its own original text where there is one.
garbled AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.amount AS stated_value,
        b.amount AS computed_value,
        a.unit,
        a.value_text AS text_a,
        b.value_text AS text_b,
        row_number() OVER (
            PARTITION BY a.claim_id
            ORDER BY
                CASE WHEN b.known_from > a.known_from THEN b.known_from ELSE a.known_from END,
                CASE WHEN b.origin_group = a.origin_group THEN 0 ELSE 1 END,
                b.claim_grade,
                b.claim_id
        ) AS place
    FROM reading AS a
    INNER JOIN reading AS b
        ON b.measure_id = a.measure_id AND b.scope_id = a.scope_id AND b.period_id = a.period_id
    WHERE
        a.fidelity = 'garbled'
        AND b.fidelity = 'clean'
        -- Two bounds that one value fits say nothing against each other.
        AND (a.value_text = b.value_text OR a.allows_high < b.allows_low OR b.allows_high < a.allows_low)
),

garbled_found AS (
    SELECT
        g.claim_a,
        g.claim_b,
        'garbled' AS conflict_type,
        'garbled_against_clean' AS rule_id,
        g.stated_value,
        g.computed_value,
        g.unit,
        concat(g.text_a, ' against ', g.text_b) AS arithmetic,
        CASE
            WHEN g.text_a = g.text_b
                THEN 'The figure is the same, but the words around it are garbled: the sound passage stands.'
            ELSE 'The passage is garbled, and its figure differs: the sound passage stands.'
        END AS explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM garbled AS g
    WHERE g.place = 1
),

-- One amount, said of some of the bodies and of all of them.
narrower AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.measure_id,
        a.scope_id,
        a.amount,
        a.value_text,
        a.unit,
        a.origin_group,
        a.claim_grade,
        CASE WHEN b.known_from > a.known_from THEN b.known_from ELSE a.known_from END AS known_from,
        row_number() OVER (
            PARTITION BY a.claim_id
            ORDER BY
                CASE WHEN b.known_from > a.known_from THEN b.known_from ELSE a.known_from END,
                b.claim_grade,
                b.claim_id
        ) AS place
    FROM reading AS a
    INNER JOIN reading AS b
        ON
            b.measure_id = a.measure_id
            AND b.scope_id <> a.scope_id
            AND b.price_basis = a.price_basis
            AND b.value_text = a.value_text
    WHERE
        a.stock_or_flow IN ('stock', 'flow')
        AND a.amount <> 0
        AND b.fidelity = 'clean'
        AND (a.covers_icb OR a.covers_nhse OR a.covers_dhsc OR a.covers_csu)
        AND (b.covers_icb OR NOT a.covers_icb)
        AND (b.covers_nhse OR NOT a.covers_nhse)
        AND (b.covers_dhsc OR NOT a.covers_dhsc)
        AND (b.covers_csu OR NOT a.covers_csu)
),

-- A part that is more than the whole: some of the bodies against the most that is allowed for all of them.
part AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.allows_low,
        b.allows_high,
        a.unit,
        a.value_text AS text_a,
        b.value_text AS text_b,
        row_number() OVER (
            PARTITION BY a.claim_id
            ORDER BY
                CASE WHEN b.known_from > a.known_from THEN b.known_from ELSE a.known_from END,
                b.claim_grade,
                b.claim_id
        ) AS place
    FROM reading AS a
    INNER JOIN reading AS b
        ON
            b.measure_id = a.measure_id
            AND b.scope_id <> a.scope_id
            AND b.period_id = a.period_id
            AND b.price_basis = a.price_basis
    WHERE
        a.stock_or_flow IN ('stock', 'flow')
        AND a.fidelity = 'clean'
        AND b.fidelity = 'clean'
        AND a.allows_low > b.allows_high
        AND (a.covers_icb OR a.covers_nhse OR a.covers_dhsc OR a.covers_csu)
        -- A scope that takes in a part of a body holds none that takes in the whole of it.
        AND (b.scope_id <> 'icb_and_part_of_nhse' OR NOT a.covers_nhse)
        AND (b.covers_icb OR NOT a.covers_icb)
        AND (b.covers_nhse OR NOT a.covers_nhse)
        AND (b.covers_dhsc OR NOT a.covers_dhsc)
        AND (b.covers_csu OR NOT a.covers_csu)
),

part_found AS (
    SELECT
        p.claim_a,
        p.claim_b,
        'scope' AS conflict_type,
        'part_exceeds_whole' AS rule_id,
        p.allows_low AS stated_value,
        p.allows_high AS computed_value,
        p.unit,
        concat(p.text_a, ' for some of the bodies against ', p.text_b, ' for all of them') AS arithmetic,
        'The least that claim A allows for some of the bodies is more than the most that claim B allows for all of them.'
            AS explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM part AS p
    WHERE p.place = 1
),

-- Claims on the share of staff that goes.
cut AS (
    SELECT
        r.claim_id,
        r.scope_id,
        r.origin_group,
        r.claim_grade,
        r.known_from,
        r.amount AS cut_pct,
        r.value_text
    FROM reading AS r
    WHERE r.measure_id = 'headcount_cut_pct' AND r.fidelity = 'clean'
),

cut_of_narrower AS (
    SELECT
        n.claim_a,
        k.cut_pct,
        k.value_text,
        -- The share of a weaker document does not rule out the posts of a better one.
        k.origin_group = n.origin_group OR k.claim_grade <= n.claim_grade AS may_rule_out,
        row_number() OVER (
            PARTITION BY n.claim_a
            ORDER BY
                CASE WHEN k.origin_group = n.origin_group THEN 0 ELSE 1 END, k.claim_grade, k.known_from, k.claim_id
        ) AS place
    FROM narrower AS n
    INNER JOIN cut AS k ON k.scope_id = n.scope_id AND k.known_from <= n.known_from
    WHERE n.place = 1
),

narrower_found AS (
    SELECT
        n.claim_a,
        n.claim_b,
        'scope' AS conflict_type,
        'narrower_scope' AS rule_id,
        CASE WHEN n.measure_id = 'posts_removed' AND s.heads IS NOT NULL THEN k.cut_pct ELSE n.amount END
            AS stated_value,
        CASE
            WHEN n.measure_id = 'posts_removed' AND s.heads IS NOT NULL THEN n.amount / nullif(s.heads, 0) * 100
            ELSE 0
        END AS computed_value,
        CASE WHEN n.measure_id = 'posts_removed' AND s.heads IS NOT NULL THEN '%' ELSE n.unit END AS unit,
        CASE
            WHEN n.measure_id = 'posts_removed' AND s.heads IS NOT NULL
                THEN concat(
                    n.value_text,
                    ' / ',
                    s.heads_text,
                    ' = ',
                    CAST(CAST(round(n.amount / nullif(s.heads, 0) * 100) AS BIGINT) AS VARCHAR),
                    '%',
                    coalesce(concat(' against ', k.value_text, '%'), '')
                )
            ELSE concat(n.value_text, ' - ', n.value_text, ' = 0 left for the bodies that claim A leaves out')
        END AS arithmetic,
        'The same amount is said of some of the bodies and of all of them.' AS explanation,
        CASE
            WHEN
                n.measure_id = 'posts_removed'
                AND k.may_rule_out
                AND n.amount / nullif(s.heads, 0) * 100 > k.cut_pct * (1 + t.about_share)
                THEN n.claim_a
        END AS infeasible_claim_id
    FROM narrower AS n
    CROSS JOIN tolerance AS t
    LEFT JOIN staff AS s ON s.scope_id = n.scope_id
    LEFT JOIN cut_of_narrower AS k ON k.claim_a = n.claim_a AND k.place = 1
    WHERE n.place = 1
),

-- Posts against the stated share of the stated headcounts, by the same text's own share where it has one.
posts_and_cut AS (
    SELECT
        a.claim_id AS claim_a,
        k.claim_id AS claim_b,
        a.fidelity,
        a.amount AS posts,
        a.value_text AS posts_text,
        k.cut_pct,
        k.value_text AS cut_text,
        s.heads,
        s.heads_text,
        k.cut_pct / 100 * s.heads AS computed_posts,
        a.origin_group = k.origin_group AS is_own,
        a.origin_group = k.origin_group OR k.claim_grade <= a.claim_grade AS may_rule_out,
        row_number() OVER (
            PARTITION BY a.claim_id
            ORDER BY
                CASE WHEN k.known_from > a.known_from THEN k.known_from ELSE a.known_from END,
                CASE WHEN k.origin_group = a.origin_group THEN 0 ELSE 1 END,
                k.claim_grade,
                k.claim_id
        ) AS place
    FROM reading AS a
    INNER JOIN cut AS k ON k.scope_id = a.scope_id
    INNER JOIN staff AS s ON s.scope_id = a.scope_id
    WHERE a.measure_id = 'posts_removed'
),

posts_found AS (
    SELECT
        p.claim_a,
        p.claim_b,
        CASE WHEN p.is_own THEN 'internal' ELSE 'value' END AS conflict_type,
        'posts_against_cut' AS rule_id,
        p.posts AS stated_value,
        p.computed_posts AS computed_value,
        'posts' AS unit,
        concat(
            p.posts_text,
            ' / ',
            p.heads_text,
            ' = ',
            CAST(CAST(round(p.posts / nullif(p.heads, 0) * 100) AS BIGINT) AS VARCHAR),
            '%; ',
            p.cut_text,
            '% of ',
            p.heads_text,
            ' = ',
            CAST(CAST(round(p.computed_posts) AS BIGINT) AS VARCHAR)
        ) AS arithmetic,
        CASE
            WHEN p.posts > p.computed_posts THEN 'The posts are more than the stated share of the stated headcount.'
            ELSE 'The posts are fewer than the stated share of the stated headcounts; each is put as an upper bound or '
            || 'as rough, so neither is ruled out.'
        END AS explanation,
        CASE WHEN p.posts > p.computed_posts AND p.may_rule_out THEN p.claim_a END AS infeasible_claim_id
    FROM posts_and_cut AS p
    CROSS JOIN tolerance AS t
    WHERE
        p.place = 1
        AND abs(p.posts - p.computed_posts) > t.about_share * p.computed_posts
        -- A garbled figure that is repeated elsewhere adds nothing unless it is ruled out.
        AND (p.fidelity = 'clean' OR p.posts > p.computed_posts)
),

-- Increases to the same year in another price basis or from another base year.
basis AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.measure_id,
        a.scope_id,
        a.period_to_fy,
        a.amount AS amount_a,
        b.amount AS amount_b,
        a.value_text AS text_a,
        b.value_text AS text_b,
        a.unit,
        CASE
            WHEN a.price_basis <> b.price_basis THEN 'price_basis_differs'
            WHEN a.amount = b.amount THEN 'base_year_not_named'
            ELSE 'base_year_differs'
        END AS rule_id,
        CASE WHEN a.known_from > b.known_from THEN a.known_from ELSE b.known_from END AS known_from
    FROM reading AS a
    INNER JOIN reading AS b
        ON b.measure_id = a.measure_id AND b.scope_id = a.scope_id AND b.period_to_fy = a.period_to_fy
    WHERE
        a.measure_id = 'settlement_real_increase'
        AND a.fidelity = 'clean'
        AND b.fidelity = 'clean'
        AND (a.known_from < b.known_from OR (a.known_from = b.known_from AND a.claim_id < b.claim_id))
        AND (a.price_basis <> b.price_basis OR coalesce(a.period_from_fy, '') <> coalesce(b.period_from_fy, ''))
),

-- The first and the last base year that claims known by then name.
base_year AS (
    SELECT
        b.claim_a,
        b.claim_b,
        min(r.period_from_fy) AS first_fy,
        max(r.period_from_fy) AS last_fy
    FROM basis AS b
    INNER JOIN reading AS r
        ON
            r.measure_id = b.measure_id
            AND r.scope_id = b.scope_id
            AND r.period_to_fy = b.period_to_fy
            AND r.known_from <= b.known_from
    GROUP BY b.claim_a, b.claim_b
),

plan_of_year AS (
    SELECT
        b.claim_a,
        b.claim_b,
        p.fy,
        p.amount,
        p.amount_text,
        row_number() OVER (
            PARTITION BY b.claim_a, b.claim_b, p.fy ORDER BY p.known_from DESC, p.vintage_id
        ) AS place
    FROM basis AS b
    INNER JOIN plan_known AS p ON p.line_id = 'nhse_rdel' AND p.known_from <= b.known_from
),

basis_found AS (
    SELECT
        b.claim_a,
        b.claim_b,
        'price_basis' AS conflict_type,
        b.rule_id,
        b.amount_a AS stated_value,
        b.amount_b AS computed_value,
        b.unit,
        concat(
            b.text_a,
            ' against ',
            b.text_b,
            CASE
                WHEN first.fy IS NOT NULL AND last.fy IS NOT NULL
                    THEN concat(
                        '; in cash the plan rises by ',
                        last.amount_text,
                        ' - ',
                        first.amount_text,
                        ' = ',
                        CAST(CAST(round(last.amount - first.amount) AS BIGINT) AS VARCHAR),
                        ' from ',
                        first.fy
                    )
                ELSE ''
            END,
            CASE
                WHEN second.fy <> first.fy AND last.fy IS NOT NULL
                    THEN concat(
                        ' and by ',
                        last.amount_text,
                        ' - ',
                        second.amount_text,
                        ' = ',
                        CAST(CAST(round(last.amount - second.amount) AS BIGINT) AS VARCHAR),
                        ' from ',
                        second.fy
                    )
                ELSE ''
            END
        ) AS arithmetic,
        CASE b.rule_id
            WHEN 'price_basis_differs'
                THEN 'One says that the increase is above inflation and the other does not; in cash the plan rises by another '
            || 'amount from either base year.'
            WHEN 'base_year_not_named'
                THEN 'One names the year that the increase is counted from and the other does not.'
            ELSE 'The increases end in the same year and are not counted from the same one, or one does not say from which.'
        END AS explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM basis AS b
    LEFT JOIN base_year AS y
        ON y.claim_a = b.claim_a AND y.claim_b = b.claim_b
    LEFT JOIN plan_of_year AS last
        ON last.claim_a = b.claim_a AND last.claim_b = b.claim_b AND last.fy = b.period_to_fy AND last.place = 1
    LEFT JOIN plan_of_year AS first
        ON first.claim_a = b.claim_a AND first.claim_b = b.claim_b AND first.fy = y.first_fy AND first.place = 1
    LEFT JOIN plan_of_year AS second
        ON second.claim_a = b.claim_a AND second.claim_b = b.claim_b AND second.fy = y.last_fy AND second.place = 1
),

-- A total over years against an amount a year for the same thing.
total AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.amount AS yearly,
        a.value_text AS yearly_text,
        a.unit,
        b.amount AS in_all,
        b.value_text AS in_all_text,
        CAST(substring(b.period_to_fy, 1, 4) AS BIGINT) - CAST(substring(b.period_from_fy, 1, 4) AS BIGINT) + 1
            AS years
    FROM reading AS a
    INNER JOIN reading AS b ON b.measure_id = a.same_subject_as AND b.scope_id = a.scope_id
    WHERE b.unit <> a.unit
),

unit_found AS (
    SELECT
        t.claim_a,
        t.claim_b,
        'unit' AS conflict_type,
        'yearly_against_total' AS rule_id,
        t.yearly AS stated_value,
        t.in_all / nullif(t.years, 0) AS computed_value,
        t.unit,
        concat(
            t.in_all_text,
            ' / ',
            CAST(t.years AS VARCHAR),
            ' years = ',
            CAST(CAST(t.in_all / nullif(t.years, 0) AS DECIMAL(18, 1)) AS VARCHAR),
            ' a year against ',
            t.yearly_text,
            ' a year'
        ) AS arithmetic,
        'One is a total over several years and the other an amount a year.' AS explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM total AS t
),

by_rule AS (
    SELECT
        d.claim_a, d.claim_b, d.conflict_type, d.rule_id, d.stated_value, d.computed_value, d.unit, d.arithmetic,
        d.explanation, d.infeasible_claim_id
    FROM disjoint_found AS d
    UNION ALL
    SELECT
        g.claim_a, g.claim_b, g.conflict_type, g.rule_id, g.stated_value, g.computed_value, g.unit, g.arithmetic,
        g.explanation, g.infeasible_claim_id
    FROM garbled_found AS g
    UNION ALL
    SELECT
        n.claim_a, n.claim_b, n.conflict_type, n.rule_id, n.stated_value, n.computed_value, n.unit, n.arithmetic,
        n.explanation, n.infeasible_claim_id
    FROM narrower_found AS n
    UNION ALL
    SELECT
        w.claim_a, w.claim_b, w.conflict_type, w.rule_id, w.stated_value, w.computed_value, w.unit, w.arithmetic,
        w.explanation, w.infeasible_claim_id
    FROM part_found AS w
    UNION ALL
    SELECT
        p.claim_a, p.claim_b, p.conflict_type, p.rule_id, p.stated_value, p.computed_value, p.unit, p.arithmetic,
        p.explanation, p.infeasible_claim_id
    FROM posts_found AS p
    UNION ALL
    SELECT
        b.claim_a, b.claim_b, b.conflict_type, b.rule_id, b.stated_value, b.computed_value, b.unit, b.arithmetic,
        b.explanation, b.infeasible_claim_id
    FROM basis_found AS b
    UNION ALL
    SELECT
        u.claim_a, u.claim_b, u.conflict_type, u.rule_id, u.stated_value, u.computed_value, u.unit, u.arithmetic,
        u.explanation, u.infeasible_claim_id
    FROM unit_found AS u
),

judged AS (
    SELECT
        j.claim_a,
        j.claim_b,
        j.conflict_type,
        j.explanation,
        j.decided_on,
        j.decided_by,
        j.confidence,
        a.amount AS stated_value,
        CASE
            WHEN a.unit <> b.unit THEN NULL
            -- Of a range that starts at the stated value, the other end is what differs.
            WHEN b.lowest = a.highest THEN b.highest
            ELSE b.amount
        END AS computed_value,
        a.unit,
        CASE
            WHEN a.unit <> b.unit THEN concat(a.labelled_text, ' against ', b.labelled_text)
            WHEN j.conflict_type = 'period'
                THEN concat(a.value_text, ' ', a.period, ' against ', b.value_text, ' ', b.period)
            ELSE concat(
                replace(CAST(CAST(b.lowest AS DECIMAL(18, 1)) AS VARCHAR), '.0', ''),
                ' - ',
                replace(CAST(CAST(a.lowest AS DECIMAL(18, 1)) AS VARCHAR), '.0', ''),
                ' = ',
                replace(CAST(CAST(b.lowest - a.lowest AS DECIMAL(18, 1)) AS VARCHAR), '.0', ''),
                CASE
                    WHEN b.highest - a.highest <> b.lowest - a.lowest
                        THEN concat(
                            '; ',
                            replace(CAST(CAST(b.highest AS DECIMAL(18, 1)) AS VARCHAR), '.0', ''),
                            ' - ',
                            replace(CAST(CAST(a.highest AS DECIMAL(18, 1)) AS VARCHAR), '.0', ''),
                            ' = ',
                            replace(CAST(CAST(b.highest - a.highest AS DECIMAL(18, 1)) AS VARCHAR), '.0', '')
                        )
                    ELSE ''
                END
            )
        END AS arithmetic
    FROM raw.contradiction_judgement AS j
    INNER JOIN valued AS a ON a.claim_id = j.claim_a
    INNER JOIN valued AS b ON b.claim_id = j.claim_b
),

found AS (
    SELECT
        r.claim_a,
        r.claim_b,
        r.conflict_type,
        'rule' AS how_found,
        r.rule_id,
        r.stated_value,
        r.computed_value,
        r.unit,
        r.arithmetic,
        r.explanation,
        r.infeasible_claim_id,
        CAST(NULL AS DATE) AS decided_on,
        CAST(NULL AS VARCHAR) AS decided_by,
        'F(d)' AS confidence
    FROM by_rule AS r
    UNION ALL
    SELECT
        j.claim_a,
        j.claim_b,
        j.conflict_type,
        'judgement' AS how_found,
        CAST(NULL AS VARCHAR) AS rule_id,
        j.stated_value,
        j.computed_value,
        j.unit,
        j.arithmetic,
        j.explanation,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id,
        j.decided_on,
        j.decided_by,
        j.confidence
    FROM judged AS j
)

SELECT
    f.claim_a,
    f.claim_b,
    f.conflict_type,
    f.how_found,
    f.rule_id,
    a.measure_id,
    a.origin_group AS origin_a,
    b.origin_group AS origin_b,
    f.stated_value,
    f.computed_value,
    f.computed_value - f.stated_value AS difference,
    f.unit,
    f.arithmetic,
    f.explanation,
    f.infeasible_claim_id,
    CASE WHEN a.known_from > b.known_from THEN a.known_from ELSE b.known_from END AS known_from,
    f.decided_on,
    f.decided_by,
    f.confidence
FROM found AS f
INNER JOIN evidence.claim AS a ON a.claim_id = f.claim_a
INNER JOIN evidence.claim AS b ON b.claim_id = f.claim_b
