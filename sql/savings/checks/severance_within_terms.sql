-- table: savings.exit_point
-- identity: X1
-- severity: error
-- title: Severance is no more than the ceiling and the years that count allow, and nil below minimum service.
-- remedy: Cap, years counted or minimum service was not applied; check the exit-pay parameters of the terms.
SELECT
    u.scenario_id,
    u.fy,
    u.body,
    u.employer_terms,
    u.grade,
    u.complete_years,
    u.maximum_severance_gbp AS expected_at_most_gbp,
    m.value AS expected_at_most_months_of_pay,
    u.severance_gbp AS actual_gbp,
    CAST(u.severance_gbp AS DOUBLE) / nullif(CAST(u.month_of_pay_gbp AS DOUBLE), 0) AS actual_months_of_pay
FROM savings.exit_point AS u
LEFT JOIN evidence.parameter_value AS m
    ON m.parameter_id = concat(u.employer_terms, '_maximum_service_years') AND m.is_current
WHERE
    m.value IS NULL
    OR u.severance_gbp < 0
    OR u.severance_gbp > u.maximum_severance_gbp
    -- The month of pay is rounded to the penny for itself, so each year may carry a penny.
    OR CAST(u.severance_gbp AS DOUBLE)
    > least(u.complete_years, m.value) * u.contracted_share
    * (CAST(u.month_of_pay_gbp AS DOUBLE) + CAST(1 AS DOUBLE) / 100)
    OR (u.complete_years < u.minimum_years AND u.severance_gbp <> 0)
