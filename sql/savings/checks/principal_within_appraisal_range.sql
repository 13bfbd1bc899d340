-- table: savings.appraisal_range
-- identity: R5
-- severity: warn
-- title: The central run lies between the tenth and the ninetieth percentile of the equally weighted draws.
-- remedy: The central values are not typical: look for ranges that lie to one side of their value, and say so.
SELECT
    r.scenario_id,
    r.perspective,
    r.accounting_basis,
    r.measure,
    r.p10 AS expected_at_least,
    r.p90 AS expected_at_most,
    r.principal AS actual
FROM savings.appraisal_range AS r
WHERE
    r.weighting = 'prior'
    AND r.scenario_id = 'central'
    AND (r.principal < r.p10 OR r.principal > r.p90)
