WITH discounted AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.base_fy,
        l.drawn_gbp_m,
        l.recouped_gbp_m,
        r.value AS discount_rate_pct,
        CAST(1 AS DOUBLE) / nullif(power(1 + r.value / 100, y.start_year - base.start_year), 0) AS factor
    FROM overspend.ledger AS l
    INNER JOIN settlement.financial_year AS y ON y.fy = l.fy
    INNER JOIN settlement.financial_year AS base ON base.fy = l.base_fy
    INNER JOIN evidence.parameter_value AS r ON r.parameter_id = 'discount_rate_real_pct' AND r.is_current
    WHERE l.price_basis = 'real'
),

valued AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.price_basis AS test,
        l.base_fy,
        CAST(NULL AS DOUBLE) AS discount_rate_pct,
        l.drawn_gbp_m,
        l.recouped_gbp_m
    FROM overspend.ledger AS l
    UNION ALL
    SELECT
        d.interpretation,
        d.profile_id,
        'present_value' AS test,
        d.base_fy,
        d.discount_rate_pct,
        -- Summed as decimals, so that no order of addition can change the result.
        CAST(CAST(d.drawn_gbp_m AS DOUBLE) * d.factor AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(CAST(d.recouped_gbp_m AS DOUBLE) * d.factor AS DECIMAL(18, 6)) AS recouped_gbp_m
    FROM discounted AS d
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
        -- Zero to the nearest £1m: the amounts are stated no more precisely.
        CAST(1 AS DECIMAL(18, 6)) AS tolerance_gbp_m
    FROM valued AS v
    GROUP BY v.interpretation, v.profile_id, v.test, v.base_fy, v.discount_rate_pct
)

SELECT
    t.*,
    abs(t.sum_gbp_m) <= t.tolerance_gbp_m AS passes
FROM tested AS t
