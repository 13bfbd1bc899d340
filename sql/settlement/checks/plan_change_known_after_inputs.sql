-- table: settlement.plan_change
-- identity: M5
-- severity: error
-- title: No change is known before both vintages and the document that explains it.
-- remedy: Take the day from the latest of the inputs, in sql/settlement/plan_change.sql.
SELECT
    c.vintage_from,
    c.vintage_to,
    c.fy,
    c.line_id,
    c.reason,
    greatest(earlier.known_from, later.known_from, s.known_from) AS expected_not_before,
    c.known_from AS actual_known_from
FROM settlement.plan_change AS c
INNER JOIN evidence.vintage AS earlier ON earlier.vintage_id = c.vintage_from
INNER JOIN evidence.vintage AS later ON later.vintage_id = c.vintage_to
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE c.known_from < greatest(earlier.known_from, later.known_from, s.known_from)
