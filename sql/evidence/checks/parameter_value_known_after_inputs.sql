-- table: evidence.parameter_value
-- identity: M5
-- severity: error
-- title: No value of a parameter is known before its source.
-- remedy: Take the day from the latest of the inputs, in sql/evidence/parameter_value.sql.
SELECT
    p.parameter_id,
    p.valid_from,
    p.source_id,
    s.known_from AS expected_not_before,
    p.known_from AS actual_known_from
FROM evidence.parameter_value AS p
INNER JOIN evidence.source AS s ON s.source_id = p.source_id
WHERE p.known_from < s.known_from
