-- about: The 80% range of value over draws of the best estimate.
SELECT
    CASE r.measure WHEN 'npv' THEN 'npv_long_horizon' ELSE 'npv_short_horizon' END AS figure,
    r.p10 AS low_value,
    r.p90 AS high_value,
    r.standard_error
FROM savings.appraisal_range AS r
WHERE
    r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
    AND r.measure IN ('npv', 'npv_short_horizon')
