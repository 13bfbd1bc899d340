-- table: workforce.staff_source_comparison
-- identity: M5
-- severity: error
-- title: No comparison of staff counts is known before both of its statistics.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/staff_source_comparison.sql.
SELECT
    c.ods_code,
    c.month,
    a.known_from AS expected_not_before,
    e.known_from AS month_end_known_from,
    c.known_from AS actual_known_from
FROM workforce.staff_source_comparison AS c
LEFT JOIN evidence.source AS a ON a.source_id = c.average_source_id
LEFT JOIN evidence.source AS e ON e.source_id = c.month_end_source_id
WHERE
    a.known_from IS NULL
    OR e.known_from IS NULL
    OR c.known_from < a.known_from
    OR c.known_from < e.known_from
