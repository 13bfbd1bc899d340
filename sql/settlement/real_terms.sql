WITH base_year AS (
    SELECT '2023-24' AS base_fy
    UNION ALL
    SELECT '2025-26' AS base_fy
    UNION ALL
    SELECT '2028-29' AS base_fy
),

deflated AS (
    SELECT
        p.vintage_id AS plan_vintage_id,
        x.vintage_id AS deflator_vintage_id,
        p.line_id,
        p.fy,
        x.base_fy,
        p.amount_gbp_m AS cash_gbp_m,
        CAST(p.amount_gbp_m AS DOUBLE) * x.base_index_value / nullif(x.index_value, 0) AS real_gbp_m,
        y.previous_fy,
        y.start_year - base.start_year AS years_from_base
    FROM settlement.plan AS p
    CROSS JOIN base_year AS b
    INNER JOIN settlement.price_index AS x ON x.fy = p.fy AND x.base_fy = b.base_fy
    INNER JOIN settlement.financial_year AS y ON y.fy = x.fy
    INNER JOIN settlement.financial_year AS base ON base.fy = x.base_fy
)

SELECT
    d.plan_vintage_id,
    d.deflator_vintage_id,
    d.line_id,
    d.fy,
    d.base_fy,
    'real' AS price_basis,
    d.cash_gbp_m,
    d.real_gbp_m,
    (d.real_gbp_m / nullif(year_before.real_gbp_m, 0) - 1) * 100 AS real_growth_pct,
    d.years_from_base,
    CASE
        WHEN d.years_from_base > 0
            THEN (
                power(
                    d.real_gbp_m / nullif(in_base_year.real_gbp_m, 0),
                    CAST(1 AS DOUBLE) / nullif(d.years_from_base, 0)
                ) - 1
            ) * 100
    END AS average_real_growth_pct
FROM deflated AS d
LEFT JOIN deflated AS year_before
    ON
        year_before.plan_vintage_id = d.plan_vintage_id
        AND year_before.deflator_vintage_id = d.deflator_vintage_id
        AND year_before.line_id = d.line_id
        AND year_before.base_fy = d.base_fy
        AND year_before.fy = d.previous_fy
LEFT JOIN deflated AS in_base_year
    ON
        in_base_year.plan_vintage_id = d.plan_vintage_id
        AND in_base_year.deflator_vintage_id = d.deflator_vintage_id
        AND in_base_year.line_id = d.line_id
        AND in_base_year.base_fy = d.base_fy
        AND in_base_year.fy = d.base_fy
