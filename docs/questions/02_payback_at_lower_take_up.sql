-- question: In which month does cumulative saving pass cost at 30% lower take-up?
-- how to read: Payback by three ways in which take-up could fall short, beside the best estimate and the case each starts from. In proportion, it does not move; a cost that does not shrink, or leavers who are dearer than they save, put it off. Months count from April 2025, which is 0, so that scenarios with different first costs compare. Department's budget, cost as recognised, ten years.
WITH longest AS (
    SELECT max(a.horizon_years) AS horizon_years
    FROM savings.appraisal AS a
)

SELECT
    s.scenario_id,
    s.label,
    s.base_scenario_id,
    a.cash_cost_gbp_m,
    a.cash_saving_gbp_m,
    a.payback_month,
    (year(a.payback_month) - 2025) * 12 + month(a.payback_month) - 4 AS payback_months_from_april_2025,
    (year(a.payback_month) - year(b.payback_month)) * 12 + month(a.payback_month) - month(b.payback_month)
        AS months_later_than_base
FROM evidence.scenario AS s
INNER JOIN savings.appraisal AS a ON a.scenario_id = s.scenario_id
INNER JOIN longest AS l ON l.horizon_years = a.horizon_years
LEFT JOIN savings.appraisal AS b
    ON
        b.scenario_id = s.base_scenario_id
        AND b.perspective = a.perspective
        AND b.accounting_basis = a.accounting_basis
        AND b.horizon_years = a.horizon_years
        AND b.discount_rate_pct = a.discount_rate_pct
WHERE
    a.perspective = 'dhsc_budget'
    AND a.accounting_basis = 'accrual'
    AND a.discount_rate_pct = 0
    AND (s.scenario_id IN ('best_estimate', 'fixed_cost_200') OR s.scenario_id LIKE 'takeup_minus_30%')
ORDER BY a.payback_month, s.scenario_id
