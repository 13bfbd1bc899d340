-- table: workforce.organisation
-- identity: M5
-- severity: error
-- title: No organisation is known before its source.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/organisation.sql.
SELECT
    o.ods_code,
    o.valid_from,
    o.source_id,
    s.known_from AS expected_not_before,
    o.known_from AS actual_known_from
FROM workforce.organisation AS o
INNER JOIN evidence.source AS s ON s.source_id = o.source_id
WHERE o.known_from < s.known_from
