-- question: How much of the change in real growth is base year, end year, deflator?
-- how to read: Average real growth a year of DHSC RDEL as printed, 2025-26 to 2028-29, between each pair of plan vintages. The three parts are Shapley values and sum to the move exactly. No deflator of the time of the Spending Review is held, so the later side's is used on both sides there and its part is zero.
SELECT
    a.vintage_from,
    a.vintage_to,
    a.deflator_from,
    a.deflator_to,
    max(a.old_value) AS growth_from_pct,
    max(a.new_value) AS growth_to_pct,
    max(a.move) AS move_points,
    sum(CASE WHEN a.input = 'base_year' THEN a.contribution END) AS base_year_points,
    sum(CASE WHEN a.input = 'end_year' THEN a.contribution END) AS end_year_points,
    sum(CASE WHEN a.input = 'deflator' THEN a.contribution END) AS deflator_points
FROM audit.vintage_attribution AS a
INNER JOIN evidence.vintage AS later ON later.vintage_id = a.vintage_to
GROUP BY a.vintage_from, a.vintage_to, a.deflator_from, a.deflator_to
ORDER BY max(later.known_from), min(a.old_value), a.vintage_from
