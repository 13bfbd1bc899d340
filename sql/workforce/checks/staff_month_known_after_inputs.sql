-- table: workforce.staff_month
-- identity: M5
-- severity: error
-- title: No staff count is known before the statistics it is worked out from.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/staff_month.sql.
SELECT
    m.ods_code,
    m.month,
    m.source_id,
    s.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM workforce.staff_month AS m
INNER JOIN evidence.source AS s ON s.source_id = m.source_id
WHERE m.known_from < s.known_from
