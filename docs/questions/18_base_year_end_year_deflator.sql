-- question: How much of the change in real growth is base year, end year, deflator?
-- answer: {% set move = row(from_label=rows[0].from_label, to_label=rows[-1].to_label) or rows[-1] %}
-- answer: Of {{ move.move_points|number(2) }} points a year, from {{ move.growth_from_pct|percent(2) }} ({{ move.from_label }}) to {{ move.growth_to_pct|percent(2) }} ({{ move.to_label }}), the base year makes {{ move.base_year_points|number(2) }}, the end year {{ move.end_year_points|number(2) }}, transfers for the Immigration Health Surcharge {{ move.transfers_points|number(2) }} and the deflator {{ move.deflator_points|number(2) }}
-- answer: {%- if move.deflator_from == move.deflator_to %}, with one deflator on both sides{% endif %} (as known on {{ move.known_from|day }}).
-- how to read: Average real growth a year of DHSC RDEL, 2025-26 to 2028-29, between each pair of plan vintages, like for like: without transfers for the Immigration Health Surcharge where a plan is held without them. The parts are Shapley values and sum to the move exactly: what the printed limits of the two years explain, what the transfers in them do, and the deflator. No deflator of the time of the Spending Review is held, so the later side's is used on both sides there and its part is zero.
SELECT
    a.vintage_from,
    a.vintage_to,
    max(earlier.label) AS from_label,
    max(later.label) AS to_label,
    max(later.known_from) AS known_from,
    a.deflator_from,
    a.deflator_to,
    max(a.old_value) AS growth_from_pct,
    max(a.new_value) AS growth_to_pct,
    max(a.move) AS move_points,
    sum(CASE WHEN a.input = 'base_year' THEN a.contribution END) AS base_year_points,
    sum(CASE WHEN a.input = 'end_year' THEN a.contribution END) AS end_year_points,
    sum(CASE WHEN a.input = 'transfers' THEN a.contribution END) AS transfers_points,
    sum(CASE WHEN a.input = 'deflator' THEN a.contribution END) AS deflator_points
FROM audit.vintage_attribution AS a
INNER JOIN evidence.vintage AS earlier ON earlier.vintage_id = a.vintage_from
INNER JOIN evidence.vintage AS later ON later.vintage_id = a.vintage_to
GROUP BY a.vintage_from, a.vintage_to, a.deflator_from, a.deflator_to
ORDER BY max(later.known_from), min(a.old_value), a.vintage_from
