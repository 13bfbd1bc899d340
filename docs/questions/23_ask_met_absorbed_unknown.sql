-- question: How much of the £3bn ask was met, absorbed, unknown?
-- answer: {% set ask = rows[0] %}
-- answer: Of {{ ask.asked_gbp_m|money }} asked for {{ ask.fy }}, {% if ask.met_gbp_m + ask.met_later_gbp_m > 0 %}{{ (ask.met_gbp_m + ask.met_later_gbp_m)|money }}{% else %}nothing{% endif %} is met by money moved between years{% if ask.met_low_gbp_m != ask.met_high_gbp_m %} ({{ ask.met_low_gbp_m|money }} to {{ ask.met_high_gbp_m|money }} of it in that year, an estimate){% endif %},
-- answer: {{ ask.absorbed_gbp_m|money }} is left to existing budgets, and what becomes of {{ ask.unknown_gbp_m|money }} is not known (as known on {{ ask.known_by|day }}).
-- how to read: In £m of cash. Met is the part of the ask for redundancies that money moved between years covers: in 2025-26, our estimate of that year's share of the £860m, with its range, stated by nobody; later, the rest of the £860m. Absorbed is left to existing budgets: the strikes, and what the £860m leaves of the redundancies. Unknown is what no source accounts for. Central values sum to the ask; residual must be zero. confidence is that of the estimate.
SELECT
    p.fy,
    p.requested_gbp_m AS asked_gbp_m,
    p.funded_low_gbp_m AS met_low_gbp_m,
    p.funded_gbp_m AS met_gbp_m,
    p.funded_high_gbp_m AS met_high_gbp_m,
    p.funded_later_gbp_m AS met_later_gbp_m,
    p.absorbed_gbp_m,
    p.unknown_gbp_m,
    p.requested_gbp_m - p.funded_gbp_m - p.funded_later_gbp_m - p.absorbed_gbp_m - p.unknown_gbp_m AS residual_gbp_m,
    p.confidence,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.pressure AS p
WHERE p.kind = 'total_ask'
ORDER BY p.fy
