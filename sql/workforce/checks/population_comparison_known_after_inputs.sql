-- table: workforce.population_comparison
-- identity: M5
-- severity: error
-- title: No comparison of populations is known before the allocation file and the organisation.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/population_comparison.sql.
SELECT
    c.ods_code,
    c.fy,
    s.known_from AS expected_not_before,
    o.known_from AS organisation_known_from,
    c.known_from AS actual_known_from
FROM workforce.population_comparison AS c
LEFT JOIN evidence.source AS s ON s.source_id = c.source_id
LEFT JOIN workforce.organisation AS o ON o.ods_code = c.ods_code AND o.valid_to IS NULL
WHERE
    s.known_from IS NULL
    OR c.known_from < s.known_from
    OR c.known_from < o.known_from
