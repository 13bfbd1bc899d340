-- table: settlement.headline_check
-- identity: M5
-- severity: error
-- title: No headline is recomputed before headline, plans and deflator are known.
-- remedy: Take the day from the latest of the inputs, in sql/settlement/headline_check.sql.
SELECT
    h.headline_id,
    greatest(s.known_from, first_plan.known_from, last_plan.known_from, d.known_from) AS expected_not_before,
    h.known_from AS actual_known_from
FROM settlement.headline_check AS h
INNER JOIN evidence.source AS s ON s.source_id = h.source_id
INNER JOIN evidence.vintage AS first_plan ON first_plan.vintage_id = h.from_vintage_id
INNER JOIN evidence.vintage AS last_plan ON last_plan.vintage_id = h.to_vintage_id
INNER JOIN evidence.vintage AS d ON d.vintage_id = h.deflator_vintage_id
WHERE h.known_from < greatest(s.known_from, first_plan.known_from, last_plan.known_from, d.known_from)
