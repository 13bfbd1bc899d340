-- caption: Value and payback with one assumption at each end of its 80% range, the rest as in the best estimate
-- reading: The widest bar is that of “{{ rows[0].label }}”: the value is {{ figure('savings.tornado/best_estimate/npv/' ~ rows[0].parameter_id ~ '/at_low')|money(0) }} at its low end and {{ figure('savings.tornado/best_estimate/npv/' ~ rows[0].parameter_id ~ '/at_high')|money(0) }} at its high end. All are over posts that would have been refilled; over not replacing leavers the value is {{ figure('savings.counterfactual_worth/attrition/npv/principal')|money(0) }} ({{ figure('savings.counterfactual_worth/attrition/npv/p10')|money(0) }} to {{ figure('savings.counterfactual_worth/attrition/npv/p90')|money(0) }}).
-- cautions: appraisal_is_modelled
SELECT
    t.parameter_id,
    p.label,
    p.unit,
    t.low,
    t.high,
    t.at_low AS value_at_low_gbp_m,
    t.at_best_estimate AS value_at_best_estimate_gbp_m,
    t.at_high AS value_at_high_gbp_m,
    t.swing AS value_swing_gbp_m,
    m.at_low AS payback_at_low_months,
    m.at_best_estimate AS payback_at_best_estimate_months,
    m.at_high AS payback_at_high_months
FROM savings.tornado AS t
INNER JOIN savings.tornado AS m ON m.scenario_id = t.scenario_id AND m.parameter_id = t.parameter_id
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = t.parameter_id AND p.is_current
WHERE t.scenario_id = 'best_estimate' AND t.output = 'npv' AND m.output = 'payback'
ORDER BY t.swing DESC, t.parameter_id
