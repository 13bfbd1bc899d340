-- question: How does payback differ if the programme costs £1.3bn?
-- answer: {% set high, best = row(scenario_id='cost_high', accounting_basis='accrual'), row(scenario_id='best_estimate', accounting_basis='accrual') %}
-- answer: {% set later = high.months_later_than_best_estimate %}
-- answer: {% if high.payback_month is none %}It is not paid back within the horizon{% elif later == 0 %}Not at all{% else %}It comes {{ later|abs|months }} {{ 'later' if later > 0 else 'earlier' }}{% endif %} at a cost of {{ high.cash_cost_gbp_m|money }}:
-- answer: {% if high.payback_month %}in {{ high.payback_month|month }} {{ ranged(high.payback_low_month|month, high.payback_high_month|month) }}{% else %}not{% endif %} instead of {{ best.payback_month|month }} {{ ranged(best.payback_low_month|month, best.payback_high_month|month) }} (as known on {{ high.known_by|day }}).
-- how to read: The ends of the official range of cost beside the best estimate, from the department's budget over ten years. Discounted payback and net present value are at the real rate. Accrual counts a cost when it is recognised, cash_paid when it is paid. The rationale names the lever that brings the cost there. payback_low_month and payback_high_month are the tenth and the ninetieth percentile of the draws, empty as of a past day.
WITH longest AS (
    SELECT max(a.horizon_years) AS horizon_years
    FROM savings.appraisal AS a
)

SELECT
    a.scenario_id,
    a.accounting_basis,
    a.cash_cost_gbp_m,
    a.payback_month,
    CAST(DATE '2025-04-01' + to_months(CAST(round(d.p10) AS INTEGER)) AS DATE) AS payback_low_month,
    CAST(DATE '2025-04-01' + to_months(CAST(round(d.p90) AS INTEGER)) AS DATE) AS payback_high_month,
    (year(a.payback_month) - year(c.payback_month)) * 12 + month(a.payback_month) - month(c.payback_month)
        AS months_later_than_best_estimate,
    a.discounted_payback_month,
    a.deepest_cash_deficit_gbp_m,
    round(a.npv_gbp_m, 1) AS npv_gbp_m,
    s.rationale,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
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
LEFT JOIN savings.appraisal_range AS d
    ON
        d.scenario_id = a.scenario_id
        AND d.perspective = a.perspective
        AND d.accounting_basis = a.accounting_basis
        AND d.weighting = 'posterior'
        AND d.measure = 'payback_in_calendar'
WHERE a.perspective = 'dhsc_budget' AND a.scenario_id IN ('best_estimate', 'cost_high', 'cost_low')
ORDER BY a.accounting_basis, a.cash_cost_gbp_m
