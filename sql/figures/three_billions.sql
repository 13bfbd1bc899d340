-- caption: The three amounts of about £1bn, each with the range stated by officials and the best estimate
-- reading: The programme costs {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost/principal')|money(0) }} once, {{ figure('overspend.funding_gap/official_cost_against_reprofile/financed_gbp_m')|money(0) }} is moved between years and given back, and {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/saving_at_run_rate/principal')|money(0) }} is saved every year once posts are gone: adding them up means nothing.
-- cautions: three_billions
SELECT
    'cost' AS billion,
    g.cost_low_gbp_m AS stated_low_gbp_m,
    g.cost_high_gbp_m AS stated_high_gbp_m,
    r.principal AS best_estimate_gbp_m,
    r.p10 AS p10_gbp_m,
    r.p90 AS p90_gbp_m
FROM overspend.funding_gap AS g
CROSS JOIN savings.appraisal_range AS r
WHERE
    g.reading_id = 'official_cost_against_reprofile'
    AND r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
    AND r.measure = 'cost'
UNION ALL
SELECT
    'financing' AS billion,
    g.financed_gbp_m AS stated_low_gbp_m,
    g.financed_gbp_m AS stated_high_gbp_m,
    NULL AS best_estimate_gbp_m,
    NULL AS p10_gbp_m,
    NULL AS p90_gbp_m
FROM overspend.funding_gap AS g
WHERE g.reading_id = 'official_cost_against_reprofile'
UNION ALL
SELECT
    'saving' AS billion,
    min(s.stated_figure) AS stated_low_gbp_m,
    max(s.stated_figure) AS stated_high_gbp_m,
    max(r.principal) AS best_estimate_gbp_m,
    max(r.p10) AS p10_gbp_m,
    max(r.p90) AS p90_gbp_m
FROM savings.as_stated AS s
CROSS JOIN savings.appraisal_range AS r
WHERE
    s.measure = 'saving'
    AND r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
    AND r.measure = 'saving_at_run_rate'
ORDER BY billion
