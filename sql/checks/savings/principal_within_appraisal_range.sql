-- table: savings.appraisal_range
-- identity: R5
-- severity: warn
-- title: The central run lies between the tenth and the ninetieth percentile of the draws, each counting the same.
-- remedy: The central values are no typical ones: look for ranges that lie to one side of their value, and say so.
SELECT
    r.scenario_id,
    r.perspective,
    r.accounting_basis,
    r.measure,
    r.p10_gbp_m AS expected_at_least_gbp_m,
    r.p90_gbp_m AS expected_at_most_gbp_m,
    r.principal_gbp_m AS actual_gbp_m
FROM savings.appraisal_range AS r
WHERE
    r.weighting = 'prior'
    AND r.scenario_id = 'central'
    AND (r.principal_gbp_m < r.p10_gbp_m OR r.principal_gbp_m > r.p90_gbp_m)
