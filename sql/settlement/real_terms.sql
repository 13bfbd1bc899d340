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
        d.vintage_id AS deflator_vintage_id,
        p.line_id,
        p.fy,
        b.base_fy,
        p.amount_gbp_m AS cash_gbp_m,
        CAST(p.amount_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0) AS real_gbp_m,
        CAST(split_part(p.fy, '-', 1) AS BIGINT) AS start_year,
        CAST(split_part(b.base_fy, '-', 1) AS BIGINT) AS base_start_year,
        greatest(p.known_from, d.known_from) AS known_from
    FROM settlement.plan AS p
    CROSS JOIN base_year AS b
    INNER JOIN settlement.deflator AS d ON d.fy = p.fy
    INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id AND base.fy = b.base_fy
),

compared AS (
    SELECT
        d.plan_vintage_id,
        d.deflator_vintage_id,
        d.line_id,
        d.fy,
        d.base_fy,
        d.cash_gbp_m,
        d.real_gbp_m,
        d.start_year - d.base_start_year AS years_from_base,
        d.known_from,
        year_before.real_gbp_m AS previous_real_gbp_m,
        in_base_year.real_gbp_m AS base_real_gbp_m
    FROM deflated AS d
    LEFT JOIN deflated AS year_before
        ON
            year_before.plan_vintage_id = d.plan_vintage_id
            AND year_before.deflator_vintage_id = d.deflator_vintage_id
            AND year_before.line_id = d.line_id
            AND year_before.base_fy = d.base_fy
            AND year_before.start_year = d.start_year - 1
    LEFT JOIN deflated AS in_base_year
        ON
            in_base_year.plan_vintage_id = d.plan_vintage_id
            AND in_base_year.deflator_vintage_id = d.deflator_vintage_id
            AND in_base_year.line_id = d.line_id
            AND in_base_year.base_fy = d.base_fy
            AND in_base_year.fy = d.base_fy
)

SELECT
    c.plan_vintage_id,
    c.deflator_vintage_id,
    c.line_id,
    c.fy,
    c.base_fy,
    'real' AS price_basis,
    c.cash_gbp_m,
    c.real_gbp_m,
    (c.real_gbp_m / nullif(c.previous_real_gbp_m, 0) - 1) * 100 AS real_growth_pct,
    c.years_from_base,
    CASE
        WHEN c.years_from_base > 0
            THEN (
                power(
                    c.real_gbp_m / nullif(c.base_real_gbp_m, 0),
                    CAST(1 AS DOUBLE) / nullif(c.years_from_base, 0)
                ) - 1
            ) * 100
    END AS average_real_growth_pct,
    c.known_from
FROM compared AS c
