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
        r.rate_pct,
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
        CAST(NULL AS DOUBLE) AS discount_rate_pct,
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
        y.rate_pct AS discount_rate_pct,
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
        v.discount_rate_pct,
        CAST(sum(v.drawn_gbp_m) AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(sum(v.recouped_gbp_m) AS DECIMAL(18, 6)) AS recouped_gbp_m,
        CAST(sum(v.drawn_gbp_m - v.recouped_gbp_m) AS DECIMAL(18, 6)) AS sum_gbp_m,
        -- Nil to the nearest £1m: the amounts are stated to no finer unit.
        CAST(1 AS DECIMAL(18, 6)) AS tolerance_gbp_m,
        max(v.known_from) AS known_from
    FROM valued AS v
    GROUP BY v.interpretation, v.profile_id, v.test, v.base_fy, v.discount_rate_pct
)

SELECT
    t.interpretation,
    t.profile_id,
    t.test,
    t.sum_gbp_m,
    t.drawn_gbp_m,
    t.recouped_gbp_m,
    t.base_fy,
    t.discount_rate_pct,
    t.tolerance_gbp_m,
    abs(t.sum_gbp_m) <= t.tolerance_gbp_m AS passes,
    t.known_from
FROM tested AS t
