-- table: savings.exit_point
-- identity: X1
-- severity: error
-- title: Severance is never below what statute gives to the oldest leaver with the same service.
-- remedy: The terms can only add to statute; check months of pay, floor and the statutory parameters.
WITH rule AS (
    SELECT
        cap.value AS week_cap_gbp,
        weeks.value AS weeks_per_year,
        years.value AS maximum_years,
        spread.value AS pay_weeks_per_year
    FROM evidence.parameter_value AS cap
    INNER JOIN evidence.parameter_value AS weeks
        ON weeks.parameter_id = 'statutory_weeks_per_year' AND weeks.is_current
    INNER JOIN evidence.parameter_value AS years
        ON years.parameter_id = 'statutory_maximum_years' AND years.is_current
    INNER JOIN evidence.parameter_value AS spread
        ON spread.parameter_id = 'pay_weeks_per_year' AND spread.is_current
    WHERE cap.parameter_id = 'statutory_week_of_pay_cap_gbp' AND cap.is_current
),

due AS (
    SELECT
        u.scenario_id,
        u.fy,
        u.body,
        u.grade,
        u.complete_years,
        CAST(u.severance_gbp AS DOUBLE) AS actual_gbp,
        CASE
            WHEN u.complete_years < u.minimum_years THEN 0
            ELSE
                least(u.complete_years, r.maximum_years) * r.weeks_per_year
                * least(
                    CAST(u.annual_pay_gbp AS DOUBLE) * u.contracted_share / nullif(r.pay_weeks_per_year, 0),
                    r.week_cap_gbp
                )
        END AS expected_at_least_gbp
    FROM savings.exit_point AS u
    LEFT JOIN rule AS r ON TRUE
)

SELECT
    d.scenario_id,
    d.fy,
    d.body,
    d.grade,
    d.complete_years,
    d.expected_at_least_gbp,
    d.actual_gbp
FROM due AS d
WHERE d.expected_at_least_gbp IS NULL OR d.actual_gbp * 100 + 1 < d.expected_at_least_gbp * 100
