-- Each rule gives pairs of claims with a stated and a computed value. A rule compares readings, not claims: what one
-- original text says of one quantity counts once, behind the first claim that says it. Where one of several claims is
-- picked, the day on which the pair was known comes first, so that a later claim never changes what was found before.
WITH valued AS (
    SELECT
        c.*,
        coalesce(c.value_central, c.value_low, c.value_high) AS amount,
        coalesce(c.value_low, c.value_central, c.value_high) AS lowest,
        coalesce(c.value_high, c.value_central, c.value_low) AS highest
    FROM evidence.claim AS c
),

reading AS (
    SELECT
        r.*,
        s.covers_icb,
        s.covers_nhse,
        s.covers_dhsc,
        s.covers_csu,
        m.stock_or_flow,
        m.same_subject_as
    FROM valued AS r
    INNER JOIN raw.scope AS s ON s.scope_id = r.scope_id
    INNER JOIN evidence.measure AS m ON m.measure_id = r.measure_id
    WHERE r.claim_id = r.reading_claim_id
),

tolerance AS (
    SELECT p.value / 100 AS about_share
    FROM raw.parameter_value AS p
    WHERE p.parameter_id = 'about_tolerance_pct'
),

headcount AS (
    SELECT
        max(CASE WHEN e.measure_id = 'headcount_icb' THEN e.value_central END) AS boards,
        max(CASE WHEN e.measure_id = 'headcount_nhse' THEN e.value_central END) AS nhse,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' THEN e.value_central END) AS dhsc
    FROM raw.staffing_estimate AS e
    WHERE e.is_central
),

-- Staff of a scope whose bodies all have a stated headcount and are taken in whole.
staff AS (
    SELECT
        s.scope_id,
        CASE WHEN s.covers_icb THEN h.boards END AS boards_heads,
        CASE WHEN s.covers_nhse THEN h.nhse END AS nhse_heads,
        CASE WHEN s.covers_dhsc THEN h.dhsc END AS dhsc_heads,
        CASE WHEN s.covers_icb THEN h.boards ELSE 0 END
        + CASE WHEN s.covers_nhse THEN h.nhse ELSE 0 END
        + CASE WHEN s.covers_dhsc THEN h.dhsc ELSE 0 END AS heads
    FROM raw.scope AS s
    CROSS JOIN headcount AS h
    WHERE
        (s.covers_icb OR s.covers_nhse OR s.covers_dhsc)
        AND NOT s.covers_csu
        AND s.scope_id <> 'icb_and_part_of_nhse'
),

plan_known AS (
    SELECT
        p.vintage_id,
        p.line_id,
        p.fy,
        p.amount_gbp_m,
        v.known_from,
        v.source_id
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
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
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
        d.conflict_type,
        later.fy,
        CAST(substring(later.fy, 1, 4) AS DOUBLE) AS year_of_fy,
        earlier.amount_gbp_m AS plan_from_gbp_m,
        later.amount_gbp_m AS plan_to_gbp_m
    FROM disjoint AS d
    INNER JOIN evidence.claim AS a ON a.claim_id = d.claim_a
    INNER JOIN evidence.claim AS b ON b.claim_id = d.claim_b
    INNER JOIN plan_known AS later
        ON later.source_id = b.source_id AND later.line_id = 'dhsc_rdel'
    INNER JOIN plan_known AS earlier
        ON earlier.fy = later.fy AND earlier.line_id = later.line_id AND earlier.known_from <= a.known_from
    WHERE a.measure_id = 'recoupment_year'
    QUALIFY row_number() OVER (
        PARTITION BY d.claim_a, d.claim_b, later.fy ORDER BY earlier.known_from DESC, earlier.vintage_id
    ) = 1
),

-- A garbled passage against the best sound reading of the same quantity, in its own original text where there is one.
garbled AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        'garbled' AS conflict_type,
        'garbled_against_clean' AS rule_id,
        a.amount AS stated_value,
        b.amount AS computed_value,
        a.unit,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM reading AS a
    INNER JOIN reading AS b
        ON b.measure_id = a.measure_id AND b.scope_id = a.scope_id AND b.period_id = a.period_id
    WHERE
        a.fidelity = 'garbled'
        AND b.fidelity = 'clean'
        -- Two bounds that one value fits say nothing against each other.
        AND (a.value_text = b.value_text OR a.allows_high < b.allows_low OR b.allows_high < a.allows_low)
    QUALIFY row_number() OVER (
        PARTITION BY a.claim_id
        ORDER BY
            greatest(a.known_from, b.known_from),
            CASE WHEN b.origin_group = a.origin_group THEN 0 ELSE 1 END,
            b.claim_grade,
            b.claim_id
    ) = 1
),

-- One amount, said of some of the bodies and of all of them.
narrower AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        a.measure_id,
        a.scope_id,
        a.amount,
        a.unit,
        a.origin_group,
        a.claim_grade,
        greatest(a.known_from, b.known_from) AS known_from
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
    QUALIFY row_number() OVER (
        PARTITION BY a.claim_id ORDER BY greatest(a.known_from, b.known_from), b.claim_grade, b.claim_id
    ) = 1
),

-- A part that is more than the whole: some of the bodies against the most that is allowed for all of them.
part AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        'scope' AS conflict_type,
        'part_exceeds_whole' AS rule_id,
        a.allows_low AS stated_value,
        b.allows_high AS computed_value,
        a.unit,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
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
    QUALIFY row_number() OVER (
        PARTITION BY a.claim_id ORDER BY greatest(a.known_from, b.known_from), b.claim_grade, b.claim_id
    ) = 1
),

-- Claims on the share of staff that goes.
cut AS (
    SELECT
        r.claim_id,
        r.scope_id,
        r.origin_group,
        r.claim_grade,
        r.known_from,
        r.amount AS cut_pct
    FROM reading AS r
    WHERE r.measure_id = 'headcount_cut_pct' AND r.fidelity = 'clean'
),

cut_of_narrower AS (
    SELECT
        n.claim_a,
        k.cut_pct,
        -- The share of a weaker document does not rule out the posts of a better one.
        k.origin_group = n.origin_group OR k.claim_grade <= n.claim_grade AS may_rule_out
    FROM narrower AS n
    INNER JOIN cut AS k ON k.scope_id = n.scope_id AND k.known_from <= n.known_from
    QUALIFY row_number() OVER (
        PARTITION BY n.claim_a
        ORDER BY CASE WHEN k.origin_group = n.origin_group THEN 0 ELSE 1 END, k.claim_grade, k.known_from, k.claim_id
    ) = 1
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
            WHEN
                n.measure_id = 'posts_removed'
                AND k.may_rule_out
                AND n.amount / nullif(s.heads, 0) * 100 > k.cut_pct * (1 + t.about_share)
                THEN n.claim_a
        END AS infeasible_claim_id
    FROM narrower AS n
    CROSS JOIN tolerance AS t
    LEFT JOIN staff AS s ON s.scope_id = n.scope_id
    LEFT JOIN cut_of_narrower AS k ON k.claim_a = n.claim_a
),

-- Posts against the stated share of the stated headcounts, by the same text's own share where it has one.
posts_and_cut AS (
    SELECT
        a.claim_id AS claim_a,
        k.claim_id AS claim_b,
        a.fidelity,
        a.amount AS posts,
        k.cut_pct / 100 * s.heads AS computed_posts,
        a.origin_group = k.origin_group AS is_own,
        a.origin_group = k.origin_group OR k.claim_grade <= a.claim_grade AS may_rule_out
    FROM reading AS a
    INNER JOIN cut AS k ON k.scope_id = a.scope_id
    INNER JOIN staff AS s ON s.scope_id = a.scope_id
    WHERE a.measure_id = 'posts_removed'
    QUALIFY row_number() OVER (
        PARTITION BY a.claim_id
        ORDER BY
            greatest(a.known_from, k.known_from),
            CASE WHEN k.origin_group = a.origin_group THEN 0 ELSE 1 END,
            k.claim_grade,
            k.claim_id
    ) = 1
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
        CASE WHEN p.posts > p.computed_posts AND p.may_rule_out THEN p.claim_a END AS infeasible_claim_id
    FROM posts_and_cut AS p
    CROSS JOIN tolerance AS t
    WHERE
        abs(p.posts - p.computed_posts) > t.about_share * p.computed_posts
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
        a.unit,
        CASE
            WHEN a.price_basis <> b.price_basis THEN 'price_basis_differs'
            WHEN a.amount = b.amount THEN 'base_year_not_named'
            ELSE 'base_year_differs'
        END AS rule_id,
        greatest(a.known_from, b.known_from) AS known_from
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
        b.period_to_fy,
        min(r.period_from_fy) AS first_fy,
        max(r.period_from_fy) AS last_fy
    FROM basis AS b
    INNER JOIN reading AS r
        ON
            r.measure_id = b.measure_id
            AND r.scope_id = b.scope_id
            AND r.period_to_fy = b.period_to_fy
            AND r.known_from <= b.known_from
    GROUP BY b.claim_a, b.claim_b, b.period_to_fy
),

plan_of_year AS (
    SELECT
        b.claim_a,
        b.claim_b,
        p.fy,
        p.amount_gbp_m
    FROM basis AS b
    INNER JOIN plan_known AS p ON p.line_id = 'nhse_rdel' AND p.known_from <= b.known_from
    QUALIFY row_number() OVER (PARTITION BY b.claim_a, b.claim_b, p.fy ORDER BY p.known_from DESC, p.vintage_id) = 1
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
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM basis AS b
),

-- A total over years against an amount a year for the same thing.
unit_found AS (
    SELECT
        a.claim_id AS claim_a,
        b.claim_id AS claim_b,
        'unit' AS conflict_type,
        'yearly_against_total' AS rule_id,
        a.amount AS stated_value,
        b.amount / nullif(
            CAST(substring(b.period_to_fy, 1, 4) AS BIGINT) - CAST(substring(b.period_from_fy, 1, 4) AS BIGINT) + 1, 0
        ) AS computed_value,
        a.unit,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id
    FROM reading AS a
    INNER JOIN reading AS b ON b.measure_id = a.same_subject_as AND b.scope_id = a.scope_id
    WHERE b.unit <> a.unit
),

by_rule AS (
    SELECT d.* FROM disjoint AS d
    UNION ALL
    SELECT g.* FROM garbled AS g
    UNION ALL
    SELECT n.* FROM narrower_found AS n
    UNION ALL
    SELECT w.* FROM part AS w
    UNION ALL
    SELECT p.* FROM posts_found AS p
    UNION ALL
    SELECT b.* FROM basis_found AS b
    UNION ALL
    SELECT u.* FROM unit_found AS u
),

found AS (
    SELECT
        r.*,
        'rule' AS how_found,
        CAST(NULL AS VARCHAR) AS explanation,
        CAST(NULL AS DATE) AS decided_on,
        CAST(NULL AS VARCHAR) AS decided_by,
        'F(d)' AS confidence,
        CAST(NULL AS VARCHAR) AS judged_nature
    FROM by_rule AS r
    UNION ALL
    SELECT
        j.claim_a,
        j.claim_b,
        j.conflict_type,
        CAST(NULL AS VARCHAR) AS rule_id,
        a.amount AS stated_value,
        CASE
            WHEN a.unit <> b.unit THEN NULL
            -- Of a range that starts at the stated value, the other end is what differs.
            WHEN b.lowest = a.highest THEN b.highest
            ELSE b.amount
        END AS computed_value,
        a.unit,
        CAST(NULL AS VARCHAR) AS infeasible_claim_id,
        'judgement' AS how_found,
        j.explanation,
        j.decided_on,
        j.decided_by,
        j.confidence,
        j.nature AS judged_nature
    FROM raw.contradiction_judgement AS j
    INNER JOIN valued AS a ON a.claim_id = j.claim_a
    INNER JOIN valued AS b ON b.claim_id = j.claim_b
),

-- The limits beside a conflict: those of the years that two claims name, or those that an increase runs between.
limits AS (
    SELECT
        a.claim_a,
        a.claim_b,
        a.conflict_type,
        a.fy AS plan_fy,
        a.plan_from_gbp_m,
        a.plan_to_gbp_m,
        b.fy AS other_plan_fy,
        b.plan_from_gbp_m AS other_plan_from_gbp_m,
        b.plan_to_gbp_m AS other_plan_to_gbp_m
    FROM disjoint AS d
    INNER JOIN plan_move AS a
        ON a.claim_a = d.claim_a AND a.claim_b = d.claim_b AND a.year_of_fy = d.stated_value
    LEFT JOIN plan_move AS b
        ON b.claim_a = d.claim_a AND b.claim_b = d.claim_b AND b.year_of_fy = d.computed_value
    UNION ALL
    SELECT
        y.claim_a,
        y.claim_b,
        'price_basis' AS conflict_type,
        first.fy AS plan_fy,
        first.amount_gbp_m AS plan_from_gbp_m,
        last.amount_gbp_m AS plan_to_gbp_m,
        second.fy AS other_plan_fy,
        second.amount_gbp_m AS other_plan_from_gbp_m,
        CASE WHEN second.fy IS NOT NULL THEN last.amount_gbp_m END AS other_plan_to_gbp_m
    FROM base_year AS y
    INNER JOIN plan_of_year AS last
        ON last.claim_a = y.claim_a AND last.claim_b = y.claim_b AND last.fy = y.period_to_fy
    INNER JOIN plan_of_year AS first
        ON first.claim_a = y.claim_a AND first.claim_b = y.claim_b AND first.fy = y.first_fy
    LEFT JOIN plan_of_year AS second
        ON
            second.claim_a = y.claim_a
            AND second.claim_b = y.claim_b
            AND second.fy = y.last_fy
            AND second.fy <> first.fy
)

SELECT
    f.claim_a,
    f.claim_b,
    f.conflict_type,
    CASE
        WHEN f.judged_nature IS NOT NULL THEN f.judged_nature
        WHEN
            row_number() OVER (
                PARTITION BY a.measure_id, f.rule_id, f.stated_value, f.computed_value
                ORDER BY greatest(a.known_from, b.known_from), f.claim_a, f.claim_b
            ) > 1
            THEN 'repetition'
        WHEN f.computed_value <> f.stated_value THEN 'conflict'
        WHEN f.conflict_type = 'garbled' THEN 'wording'
        ELSE 'omission'
    END AS nature,
    f.how_found,
    f.rule_id,
    a.measure_id,
    a.origin_group AS origin_a,
    b.origin_group AS origin_b,
    f.stated_value,
    f.computed_value,
    f.computed_value - f.stated_value AS difference,
    f.unit,
    s.boards_heads,
    s.nhse_heads,
    s.dhsc_heads,
    p.plan_fy,
    p.plan_from_gbp_m,
    p.plan_to_gbp_m,
    p.other_plan_fy,
    p.other_plan_from_gbp_m,
    p.other_plan_to_gbp_m,
    f.explanation,
    f.infeasible_claim_id,
    greatest(a.known_from, b.known_from) AS known_from,
    f.decided_on,
    f.decided_by,
    f.confidence
FROM found AS f
INNER JOIN evidence.claim AS a ON a.claim_id = f.claim_a
INNER JOIN evidence.claim AS b ON b.claim_id = f.claim_b
LEFT JOIN staff AS s
    ON
        s.scope_id = a.scope_id
        AND a.measure_id = 'posts_removed'
        AND f.rule_id IN ('narrower_scope', 'posts_against_cut')
LEFT JOIN limits AS p
    ON p.claim_a = f.claim_a AND p.claim_b = f.claim_b AND p.conflict_type = f.conflict_type
