-- question: What does paying people to leave buy over not replacing those who leave?
-- answer: {% set worth, gained, cost = row(counterfactual='attrition', measure='npv'), row(counterfactual='attrition', measure='saving_gained'), row(counterfactual='attrition', measure='cost') %}
-- answer: {% set kept, both = row(counterfactual='refilled', measure='npv'), row(counterfactual='attrition_in_both', measure='npv') %}
-- answer: {% if worth.p10 > 0 %}More{% elif both.p90 < 0 %}Less{% else %}Not clearly more{% endif %} than it costs: {{ gained.best_estimate|money }} of saving gained in all {{ ranged(gained.p10|money, gained.p90|money) }} for {{ cost.best_estimate|money }}, worth {{ worth.best_estimate|money }} {{ ranged(worth.p10|money, worth.p90|money) }}, or {{ both.best_estimate|money }} {{ ranged(both.p10|money, both.p90|money) }} if it replaces nobody who leaves either, against {{ kept.best_estimate|money }} if every post had been refilled (as known on {{ worth.known_by|day }}).
-- no rows: Not known of a past day: this rests on draws, and those are made for today alone.
-- how to read: Value, cost and saving of the best estimate over ten years, from the department's budget and cost as recognised, beside what would have happened without it. refilled: without the programme posts stay and are refilled, as the other tables have it. attrition: without it people leave at the turnover of boards and part of their posts can be closed, from the month in which the programme's own attrition begins, until as many have gone. npv is what is gained at the real rate, in prices of 2025-26; saving_gained is cash, and negative where those who are paid to leave and come back cost more than the sooner saving; post_years_gained counts years of a post. Where payback is empty, that quantile of the draws is never paid back; share_of_draws_pct says how many are. Turnover of 13.7% to 18% a year is that of boards in 2022-23; how many of these posts can be closed is a judgement (turnover_closable_share), and turnover may fall while posts are cut. In the best estimate only the programme's own wave of attrition goes unreplaced and others who leave are replaced; attrition_in_both has a programme that replaces nobody who leaves either, until as many posts have gone, so that both sides are alike.
SELECT
    w.counterfactual,
    w.measure,
    w.unit,
    round(w.principal, 3) AS best_estimate,
    round(w.p10, 3) AS p10,
    round(w.p50, 3) AS p50,
    round(w.p90, 3) AS p90,
    round(100 * w.share_of_draws, 1) AS share_of_draws_pct,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.counterfactual_worth AS w
ORDER BY w.counterfactual, w.measure
