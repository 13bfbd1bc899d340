-- table: evidence.assumption
-- identity: M5
-- severity: error
-- title: No assumption is known before it was made or its source was known.
-- remedy: Take the day from the latest of the inputs, in sql/evidence/assumption.sql.
SELECT
    a.assumption_id,
    a.made_on,
    s.known_from AS expected_not_before,
    a.known_from AS actual_known_from
FROM evidence.assumption AS a
INNER JOIN evidence.source AS s ON s.source_id = a.source_id
WHERE a.known_from < s.known_from OR a.known_from < a.made_on
