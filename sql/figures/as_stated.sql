-- caption: What officials state against the best estimate of the same quantity, given all evidence
-- reading: Officials put the cost at {{ figure('savings.calibration/cost_all/stated_low')|money(0) }} to {{ figure('savings.calibration/cost_all/stated_high')|money(0) }}; like for like the estimate is {{ figure('savings.calibration/cost_all/posterior_p50')|money(0) }} ({{ figure('savings.calibration/cost_all/posterior_p10')|money(0) }} to {{ figure('savings.calibration/cost_all/posterior_p90')|money(0) }}). The stated {{ figure('savings.calibration/saving_all/stated_low')|money(0) }} a year is reached in {{ figure('savings.calibration/saving_all/posterior_share_within')|times(100)|percent }} of draws.
-- cautions: appraisal_is_modelled, cost_is_not_severance_alone
SELECT
    c.evidence_id AS quantity,
    c.unit,
    c.stated_low,
    c.stated_high,
    c.posterior_p10 AS p10,
    c.posterior_p50 AS best_estimate,
    c.posterior_p90 AS p90,
    c.posterior_share_within AS share_within
FROM savings.calibration AS c
WHERE c.evidence_kind = 'target' AND c.evidence_id IN ('cost_all', 'saving_all', 'saving_icb_at_half', 'saving_nhse_at_half')
UNION ALL
SELECT
    'payback' AS quantity,
    max(r.unit) AS unit,
    min(s.stated_figure) AS stated_low,
    max(s.stated_figure) AS stated_high,
    max(r.p10) AS p10,
    max(r.principal) AS best_estimate,
    max(r.p90) AS p90,
    CAST(NULL AS DOUBLE) AS share_within
FROM savings.as_stated AS s
CROSS JOIN savings.appraisal_range AS r
WHERE
    s.measure = 'payback'
    AND r.measure = 'payback'
    AND r.scenario_id = 'best_estimate'
    AND r.perspective = 'dhsc_budget'
    AND r.accounting_basis = 'accrual'
    AND r.weighting = 'posterior'
ORDER BY quantity
