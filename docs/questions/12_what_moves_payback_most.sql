-- question: Which single assumption moves payback most?
-- answer: {% set most = rows|sort(attribute='months_moved', reverse=true)|first %}{% set top = rows[0] %}
-- answer: “{{ most.label }}”: over four draws of five payback takes {{ [most.months_at_low, most.months_at_high]|min|whole }} to {{ [most.months_at_low, most.months_at_high]|max|whole }} months; it answers for {{ most.share_pct|percent }} of the spread
-- answer: {%- if top.judged_with != most.judged_with %}, what is known of {{ top.judged_with|replace('_', ' ') }}, judged together, for {{ top.share_pct|percent }}{% endif %} (as known on {{ most.known_by|day }}).
-- no rows: Not known of a past day: this rests on draws, and those are made for today alone.
-- how to read: share_pct is the part of the spread of the month of payback that an assumption answers for over its range before the evidence, alone and with others; beside it half of the 95% interval of that share. The two ends are the months to payback with the one parameter at the low and the high end of its 80% range given all evidence, the rest as in the best estimate. What is known of those who leave (pay, service, notice, other costs, by body) is drawn together, so judged_with has one share, in each of its rows, and each parameter its own ends. Where the intervals of two shares overlap, which of them is greater is not settled. value_share_pct is the same part of the spread of net present value.
SELECT
    t.parameter_id AS assumption,
    l.label,
    t.group_id AS judged_with,
    round(100 * p.total_index, 1) AS share_pct,
    round(100 * p.total_index_half_width, 1) AS share_half_width_pct,
    round(100 * p.first_index, 1) AS share_alone_pct,
    t.at_low AS months_at_low,
    t.at_high AS months_at_high,
    abs(t.at_high - t.at_low) AS months_moved,
    round(100 * v.total_index, 1) AS value_share_pct,
    round(w.at_low) AS value_at_low_gbp_m,
    round(w.at_high) AS value_at_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.sensitivity AS p
INNER JOIN savings.sensitivity AS v ON v.scenario_id = p.scenario_id AND v.group_id = p.group_id AND v.output = 'npv'
INNER JOIN savings.tornado AS t ON t.scenario_id = p.scenario_id AND t.group_id = p.group_id AND t.output = 'payback'
INNER JOIN savings.tornado AS w
    ON w.scenario_id = t.scenario_id AND w.parameter_id = t.parameter_id AND w.output = 'npv'
LEFT JOIN evidence.parameter_value AS l ON l.parameter_id = t.parameter_id AND l.is_current
WHERE p.scenario_id = 'best_estimate' AND p.output = 'payback'
ORDER BY p.total_index DESC, p.group_id, abs(w.at_high - w.at_low) DESC, t.parameter_id
