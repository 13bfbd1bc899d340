-- caption: Assumptions before and after the evidence: median and 80% range, and the share of the spread that is left
-- reading: The evidence tells most about “{{ rows[0].label }}”, whose spread shrinks to {{ figure('savings.uncertain_parameter/' ~ rows[0].parameter_id ~ '/spread_left')|times(100)|percent }} of what was assumed; where nothing shrinks, the result rests on judgement.
-- cautions: appraisal_is_modelled
SELECT
    u.parameter_id,
    p.label,
    u.unit,
    u.prior_p10,
    u.prior_p50,
    u.prior_p90,
    u.posterior_p10,
    u.posterior_p50,
    u.posterior_p90,
    u.spread_left
FROM savings.uncertain_parameter AS u
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = u.parameter_id AND p.is_current
WHERE u.prior_p10 < u.prior_p90 AND u.moves_results
ORDER BY u.spread_left, u.parameter_id
