-- question: Which boards are most exposed, and is that measured or imputed?
-- answer: {% set first = rows[:3] %}{% set kinds = {'headcount': first[0].headcount, 'cost of exits': first[0].exit_cost, 'allowance': first[0].allowance} %}
-- answer: {% set imputed = [] %}{% for name, kind in kinds.items() if kind == 'imputed' %}{% set _ = imputed.append(name) %}{% endfor %}
-- answer: {{ first|map(attribute='name')|several }}, whose exits cost {{ first|map(attribute='cost_over_running_cost_pct')|map('percent')|several }} of a year's running costs {{ ranged('places ' ~ first|map(attribute='place_low')|min, first|map(attribute='place_high')|max) }};
-- answer: {% if imputed %}imputed, so not sure: the first one's {{ imputed|several }}{% else %}its figures are stated or measured{% endif %} (as known on {{ first[0].known_by|day }}).
-- how to read: Boards of now by the one-off cost of their posts over one year's running cost allowance, the highest first. figures says whether staff, cost of an exit and allowance are all imputed, partly imputed, or all measured or stated: where all are imputed the place is an illustration, however narrow its range. place_low and place_high are the tenth and ninetieth percentile of a board's place when its share of all staff, the cost of an exit and an imputed allowance are drawn anew: where they are far apart, the place says little, and where they are close it may still be wrong. A board that followed others in April 2026 has their figures by share of the people. headcount, exit_cost and allowance say whether each is stated, measured or imputed; no headcount of a single board is stated, and what an exit costs is measured where a board gave its staff list. The cut is the same share of staff everywhere, so without such a list the place follows from staff and allowance alone. Counts are rounded to the nearest five.
SELECT
    e.ods_code,
    e.name,
    e.figures_kind AS figures,
    e.exposure_rank AS place,
    e.exposure_rank_p10 AS place_low,
    e.exposure_rank_p90 AS place_high,
    round(e.exit_cost_over_running_cost_pct, 1) AS cost_over_running_cost_pct,
    e.exit_cost_gbp_m,
    e.running_cost_allowance_gbp_m,
    e.staff_rounded,
    e.posts_removed_rounded,
    e.headcount_kind AS headcount,
    e.exit_cost_kind AS exit_cost,
    e.running_cost_kind AS allowance,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.organisation_exposure AS e
WHERE e.scenario_id = 'best_estimate' AND e.exposure_rank IS NOT NULL
ORDER BY place, e.ods_code
