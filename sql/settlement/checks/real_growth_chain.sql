-- table: settlement.real_terms
-- identity: S4
-- severity: error
-- title: Yearly real growth since the base year compounds to the average growth and to the ratio of real amounts.
-- remedy: A year is missing from the plan vintage, or growth was taken on the wrong year; check the rows of the line.
WITH chained AS (
    SELECT
        r.*,
        count(r.real_growth_pct) OVER (
            PARTITION BY r.plan_vintage_id, r.deflator_vintage_id, r.line_id, r.base_fy ORDER BY r.fy
        ) AS growth_years,
        exp(sum(ln(1 + r.real_growth_pct / 100)) OVER (
            PARTITION BY r.plan_vintage_id, r.deflator_vintage_id, r.line_id, r.base_fy ORDER BY r.fy
        )) AS growth_factor
    FROM settlement.real_terms AS r
    WHERE r.years_from_base > 0
)

SELECT
    c.plan_vintage_id,
    c.deflator_vintage_id,
    c.line_id,
    c.fy,
    c.base_fy,
    c.years_from_base AS expected_growth_years,
    c.growth_years AS actual_growth_years,
    c.growth_factor AS expected_factor,
    c.real_gbp_m / nullif(base.real_gbp_m, 0) AS actual_factor,
    power(1 + c.average_real_growth_pct / 100, c.years_from_base) AS actual_average_factor
FROM chained AS c
INNER JOIN settlement.real_terms AS base
    ON
        base.plan_vintage_id = c.plan_vintage_id
        AND base.deflator_vintage_id = c.deflator_vintage_id
        AND base.line_id = c.line_id
        AND base.base_fy = c.base_fy
        AND base.fy = c.base_fy
WHERE
    c.growth_years <> c.years_from_base
    OR abs(c.real_gbp_m / nullif(base.real_gbp_m, 0) - c.growth_factor) > 1e-6
    OR c.average_real_growth_pct IS NULL
    OR abs(power(1 + c.average_real_growth_pct / 100, c.years_from_base) - c.growth_factor) > 1e-6
