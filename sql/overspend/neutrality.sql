WITH real_rate AS (
    SELECT
        p.value AS rate_pct,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'discount_rate_real_pct' AND p.is_current
),

discount_factor AS (
    SELECT DISTINCT
        l.fy,
        l.base_fy,
        CAST(1 AS DOUBLE) / nullif(
            power(
                1 + r.rate_pct / 100,
                CAST(split_part(l.fy, '-', 1) AS BIGINT) - CAST(split_part(l.base_fy, '-', 1) AS BIGINT)
            ),
            0
        ) AS factor,
        r.known_from
    FROM overspend.ledger AS l
    CROSS JOIN real_rate AS r
    WHERE l.price_basis = 'real'
),

-- Summed as decimals, so that no order of addition can change the result.
valued AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.price_basis AS test,
        l.base_fy,
        l.drawn_gbp_m,
        l.recouped_gbp_m,
        l.known_from
    FROM overspend.ledger AS l
    UNION ALL
    SELECT
        l.interpretation,
        l.profile_id,
        'present_value' AS test,
        l.base_fy,
        CAST(CAST(l.drawn_gbp_m AS DOUBLE) * y.factor AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(CAST(l.recouped_gbp_m AS DOUBLE) * y.factor AS DECIMAL(18, 6)) AS recouped_gbp_m,
        greatest(l.known_from, y.known_from) AS known_from
    FROM overspend.ledger AS l
    INNER JOIN discount_factor AS y ON y.fy = l.fy AND y.base_fy = l.base_fy
    WHERE l.price_basis = 'real'
),

tested AS (
    SELECT
        v.interpretation,
        v.profile_id,
        v.test,
        v.base_fy,
        CAST(sum(v.drawn_gbp_m) AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(sum(v.recouped_gbp_m) AS DECIMAL(18, 6)) AS recouped_gbp_m,
        CAST(sum(v.drawn_gbp_m - v.recouped_gbp_m) AS DECIMAL(18, 6)) AS sum_gbp_m,
        -- Nil to the nearest £1m: the amounts are stated to no finer unit.
        CAST(1 AS DECIMAL(18, 6)) AS tolerance_gbp_m,
        max(v.known_from) AS known_from
    FROM valued AS v
    GROUP BY v.interpretation, v.profile_id, v.test, v.base_fy
),

amount AS (
    SELECT t.interpretation, t.profile_id, t.test, 'drawn' AS kind, t.drawn_gbp_m AS amount_gbp_m
    FROM tested AS t
    UNION ALL
    SELECT t.interpretation, t.profile_id, t.test, 'recouped' AS kind, t.recouped_gbp_m AS amount_gbp_m
    FROM tested AS t
    UNION ALL
    SELECT t.interpretation, t.profile_id, t.test, 'kept' AS kind, abs(t.sum_gbp_m) AS amount_gbp_m
    FROM tested AS t
),

in_tenths AS (
    SELECT
        a.interpretation,
        a.profile_id,
        a.test,
        a.kind,
        CAST(a.amount_gbp_m AS DECIMAL(18, 1)) AS amount_gbp_m,
        CAST(floor(CAST(a.amount_gbp_m AS DECIMAL(18, 1)) / 1000) AS BIGINT) AS thousands
    FROM amount AS a
),

in_words AS (
    SELECT
        i.interpretation,
        i.profile_id,
        i.test,
        i.kind,
        CASE
            WHEN i.thousands = 0 THEN concat('£', CAST(i.amount_gbp_m AS VARCHAR), 'm')
            ELSE concat(
                '£',
                CAST(i.thousands AS VARCHAR),
                ',',
                right(
                    concat('00', CAST(CAST(i.amount_gbp_m - i.thousands * 1000 AS DECIMAL(18, 1)) AS VARCHAR)),
                    length('000.0')
                ),
                'm'
            )
        END AS words
    FROM in_tenths AS i
),

sentence AS (
    SELECT
        w.interpretation,
        w.profile_id,
        w.test,
        max(CASE WHEN w.kind = 'drawn' THEN w.words END) AS drawn,
        max(CASE WHEN w.kind = 'recouped' THEN w.words END) AS recouped,
        max(CASE WHEN w.kind = 'kept' THEN w.words END) AS kept
    FROM in_words AS w
    GROUP BY w.interpretation, w.profile_id, w.test
),

basis AS (
    SELECT
        t.interpretation,
        t.profile_id,
        t.test,
        CASE t.test
            WHEN 'cash' THEN 'In cash'
            WHEN 'real' THEN concat('In ', t.base_fy, ' prices')
            ELSE concat('In present value at ', CAST(r.rate_pct AS VARCHAR), '% a year, in ', t.base_fy, ' prices,')
        END AS words
    FROM tested AS t
    CROSS JOIN real_rate AS r
)

SELECT
    t.interpretation,
    t.profile_id,
    t.test,
    t.sum_gbp_m,
    t.drawn_gbp_m,
    t.recouped_gbp_m,
    t.base_fy,
    t.tolerance_gbp_m,
    abs(t.sum_gbp_m) <= t.tolerance_gbp_m AS passes,
    CASE
        WHEN abs(t.sum_gbp_m) <= t.tolerance_gbp_m
            THEN concat(b.words, ' the ', s.drawn, ' drawn is taken back in full.')
        ELSE concat(
            b.words, ' ', s.drawn, ' is drawn and ', s.recouped, ' taken back: the service ',
            CASE WHEN t.sum_gbp_m > 0 THEN 'keeps' ELSE 'loses' END, ' ', s.kept, '.'
        )
    END AS statement,
    t.known_from
FROM tested AS t
INNER JOIN sentence AS s
    ON s.interpretation = t.interpretation AND s.profile_id = t.profile_id AND s.test = t.test
INNER JOIN basis AS b
    ON b.interpretation = t.interpretation AND b.profile_id = t.profile_id AND b.test = t.test
