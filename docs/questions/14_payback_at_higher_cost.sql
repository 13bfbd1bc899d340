-- question: How does payback differ if the programme costs £1.3bn?
-- how to read: The ends of the official range of cost beside the best estimate, from the department's budget over ten years. Discounted payback and net present value are at the real rate. Accrual counts a cost when it is recognised, cash_paid when it is paid. The rationale names the lever that brings the cost there.
WITH longest AS (
    SELECT max(a.horizon_years) AS horizon_years
    FROM savings.appraisal AS a
)

SELECT
    a.scenario_id,
    a.accounting_basis,
    a.cash_cost_gbp_m,
    a.payback_month,
    (year(a.payback_month) - year(c.payback_month)) * 12 + month(a.payback_month) - month(c.payback_month)
        AS months_later_than_best_estimate,
    a.discounted_payback_month,
    a.deepest_cash_deficit_gbp_m,
    round(a.npv_gbp_m, 1) AS npv_gbp_m,
    s.rationale
FROM savings.appraisal AS a
INNER JOIN longest AS l ON l.horizon_years = a.horizon_years
INNER JOIN evidence.parameter_value AS r
    ON r.parameter_id = 'discount_rate_real_pct' AND r.is_current AND r.value = a.discount_rate_pct
INNER JOIN evidence.scenario AS s ON s.scenario_id = a.scenario_id
INNER JOIN savings.appraisal AS c
    ON
        c.scenario_id = 'best_estimate'
        AND c.perspective = a.perspective
        AND c.accounting_basis = a.accounting_basis
        AND c.horizon_years = a.horizon_years
        AND c.discount_rate_pct = a.discount_rate_pct
WHERE a.perspective = 'dhsc_budget' AND a.scenario_id IN ('best_estimate', 'cost_high', 'cost_low')
ORDER BY a.accounting_basis, a.cash_cost_gbp_m
