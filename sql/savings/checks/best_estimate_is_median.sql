-- table: savings.appraisal_range
-- identity: R5
-- severity: error
-- title: The best estimate lies between the 45th and the 55th percentile of its draws on cost, saving, value and payback.
-- remedy: The line no longer runs through the middle; see middle() in nhs_assets/model/posterior.py.
WITH allowed AS (
    SELECT p.value / 100 AS off_median
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'best_estimate_off_median_points' AND p.is_current
)

SELECT
    r.perspective,
    r.accounting_basis,
    r.measure,
    r.principal,
    r.p50 AS expected_about,
    r.share_below AS actual_share_below,
    r.share_up_to AS actual_share_up_to
FROM savings.appraisal_range AS r
CROSS JOIN allowed AS a
WHERE
    r.scenario_id = 'best_estimate'
    AND r.weighting = 'posterior'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.measure IN ('cost', 'saving_at_run_rate', 'npv', 'payback')
    -- Months are whole: many draws share one, so the share below and the share up to it are looked at.
    AND (r.share_below IS NULL OR 2 * (r.share_below - a.off_median) > 1 OR 2 * (r.share_up_to + a.off_median) < 1)
