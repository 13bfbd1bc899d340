-- about: The 80% range of the month of payback over draws of the best estimate.
SELECT
    CASE r.measure WHEN 'payback' THEN 'payback_months' ELSE 'payback_months_from_april_2025' END AS figure,
    r.p10 AS low_value,
    r.p90 AS high_value,
    r.standard_error
FROM savings.appraisal_range AS r
WHERE
    r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
    AND r.measure IN ('payback', 'payback_in_calendar')
