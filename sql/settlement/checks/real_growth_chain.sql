-- table: settlement.real_terms
-- identity: S4
-- severity: error
-- title: Yearly real growth since the base year compounds to the average growth and to the ratio of real amounts.
-- remedy: A year is missing from the plan vintage, or growth was taken on the wrong year; check the rows of the line.
WITH chained AS (
    SELECT
        later.plan_vintage_id,
        later.deflator_vintage_id,
        later.line_id,
        later.fy,
        later.base_fy,
        later.years_from_base,
        later.average_real_growth_pct,
        later.real_gbp_m,
        min(base.real_gbp_m) AS base_real_gbp_m,
        count(step.real_growth_pct) AS growth_years,
        exp(sum(ln(1 + step.real_growth_pct / 100))) AS growth_factor
    FROM settlement.real_terms AS later
    INNER JOIN settlement.real_terms AS base
        ON
            base.plan_vintage_id = later.plan_vintage_id
            AND base.deflator_vintage_id = later.deflator_vintage_id
            AND base.line_id = later.line_id
            AND base.base_fy = later.base_fy
            AND base.fy = later.base_fy
    INNER JOIN settlement.real_terms AS step
        ON
            step.plan_vintage_id = later.plan_vintage_id
            AND step.deflator_vintage_id = later.deflator_vintage_id
            AND step.line_id = later.line_id
            AND step.base_fy = later.base_fy
            AND step.years_from_base > 0
            AND step.years_from_base <= later.years_from_base
    WHERE later.years_from_base > 0
    GROUP BY
        later.plan_vintage_id,
        later.deflator_vintage_id,
        later.line_id,
        later.fy,
        later.base_fy,
        later.years_from_base,
        later.average_real_growth_pct,
        later.real_gbp_m
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
    c.real_gbp_m / nullif(c.base_real_gbp_m, 0) AS actual_factor,
    power(1 + c.average_real_growth_pct / 100, c.years_from_base) AS actual_average_factor
FROM chained AS c
WHERE
    c.growth_years <> c.years_from_base
    OR abs(c.real_gbp_m / nullif(c.base_real_gbp_m, 0) - c.growth_factor) > 1e-6
    OR c.average_real_growth_pct IS NULL
    OR abs(power(1 + c.average_real_growth_pct / 100, c.years_from_base) - c.growth_factor) > 1e-6
