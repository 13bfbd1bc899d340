-- question: In which month does cumulative saving pass cost at 30% lower take-up?
-- answer: {% set same = row(scenario_id='takeup_minus_30_scaled') %}{% set late = rows|selectattr('base_scenario_id')|selectattr('payback_month')|sort(attribute='payback_month')|last %}
-- answer: In {{ (same.payback_month|month) or 'no month of the horizon' }} {{ ranged(same.payback_low_month|month, same.payback_high_month|month) }} if cost shrinks with the saving,
-- answer: {% if same.months_later_than_base == 0 %}as in the best estimate{% else %}{{ same.months_later_than_base|abs|months }} {{ 'after' if same.months_later_than_base > 0 else 'before' }} the best estimate{% endif %}; as late as {{ late.payback_month|month }} {{ ranged(late.payback_low_month|month, late.payback_high_month|month) }}, if part of it does not (as known on {{ same.known_by|day }}).
-- how to read: Payback by three ways in which take-up could fall short, beside the best estimate and the case each starts from. In proportion, it does not move; a cost that does not shrink, or leavers who are dearer than they save, put it off. Months count from April 2025, which is 0, so that scenarios with different first costs compare. Department's budget, cost as recognised, ten years. payback_low_month and payback_high_month are the tenth and the ninetieth percentile of the draws, empty as of a past day.
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
    CAST(DATE '2025-04-01' + to_months(CAST(round(r.p10) AS INTEGER)) AS DATE) AS payback_low_month,
    CAST(DATE '2025-04-01' + to_months(CAST(round(r.p90) AS INTEGER)) AS DATE) AS payback_high_month,
    (year(a.payback_month) - 2025) * 12 + month(a.payback_month) - 4 AS payback_months_from_april_2025,
    (year(a.payback_month) - year(b.payback_month)) * 12 + month(a.payback_month) - month(b.payback_month)
        AS months_later_than_base,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
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
LEFT JOIN savings.appraisal_range AS r
    ON
        r.scenario_id = a.scenario_id
        AND r.perspective = a.perspective
        AND r.accounting_basis = a.accounting_basis
        AND r.weighting = 'posterior'
        AND r.measure = 'payback_in_calendar'
WHERE
    a.perspective = 'dhsc_budget'
    AND a.accounting_basis = 'accrual'
    AND a.discount_rate_pct = 0
    AND (s.scenario_id IN ('best_estimate', 'fixed_cost_200') OR s.scenario_id LIKE 'takeup_minus_30%')
ORDER BY a.payback_month, s.scenario_id
