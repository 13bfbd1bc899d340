-- table: savings.appraisal_range
-- identity: M1
-- severity: warn
-- title: Over the draws a scenario differs from the best estimate in the same direction as in run 0, unless the difference is noise.
-- remedy: A lever may work the other way where other parameters are extreme; if none does, the best estimate it is compared with does not hold what the scenario sets, see nhs_assets/model/ranges.py.
SELECT
    r.scenario_id,
    r.perspective,
    r.accounting_basis,
    r.weighting,
    r.measure,
    r.principal - c.principal AS difference_of_principals,
    r.difference_from_best_estimate AS mean_difference_of_draws
FROM savings.appraisal_range AS r
INNER JOIN savings.appraisal_range AS c
    ON
        c.scenario_id = 'best_estimate'
        AND c.weighting = r.weighting
        AND c.perspective = r.perspective
        AND c.accounting_basis = r.accounting_basis
        AND c.measure = r.measure
WHERE NOT r.is_noise AND r.difference_from_best_estimate * (r.principal - c.principal) < 0
