-- about: The 80% range of cost over draws of the best estimate, less the money re-profiled.
SELECT
    'gap_modelled' AS figure,
    CAST(r.p10 AS DOUBLE) - CAST(g.financed_gbp_m AS DOUBLE) AS low_value,
    CAST(r.p90 AS DOUBLE) - CAST(g.financed_gbp_m AS DOUBLE) AS high_value,
    r.standard_error
FROM savings.appraisal_range AS r
INNER JOIN overspend.funding_gap AS g ON g.reading_id = 'modelled_cost_against_reprofile'
WHERE
    r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
    AND r.measure = 'cost'
