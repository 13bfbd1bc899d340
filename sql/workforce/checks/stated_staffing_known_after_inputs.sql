-- table: workforce.stated_staffing
-- identity: M5
-- severity: error
-- title: No stated count is known before the document that states it.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/stated_staffing.sql.
SELECT
    e.estimate_id,
    e.source_id,
    s.known_from AS expected_not_before,
    e.known_from AS actual_known_from
FROM workforce.stated_staffing AS e
INNER JOIN evidence.source AS s ON s.source_id = e.source_id
WHERE e.known_from < s.known_from
