-- table: savings.payback_range
-- identity: R5
-- severity: warn
-- title: The central run lies between the tenth and the ninetieth percentile of the draws, each counting the same.
-- remedy: The central values are no typical ones: look for ranges that lie to one side of their value, and say so.
SELECT
    r.scenario_id,
    r.perspective,
    r.accounting_basis,
    r.p10_months AS expected_at_least_months,
    r.p90_months AS expected_at_most_months,
    r.principal_months AS actual_months
FROM savings.payback_range AS r
WHERE
    r.weighting = 'prior'
    AND r.scenario_id = 'central'
    AND (r.principal_months < r.p10_months OR r.principal_months > r.p90_months)
