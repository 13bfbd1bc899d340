-- table: workforce.grade_mix_comparison
-- identity: M5
-- severity: error
-- title: No comparison of grades is known before the statistics and the cells.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/grade_mix_comparison.sql.
WITH cells AS (
    SELECT
        w.ods_code,
        max(w.known_from) AS known_from
    FROM workforce.cell AS w
    GROUP BY w.ods_code
)

SELECT
    c.ods_code,
    c.month,
    c.grade,
    s.known_from AS expected_not_before,
    w.known_from AS cells_known_from,
    c.known_from AS actual_known_from
FROM workforce.grade_mix_comparison AS c
LEFT JOIN evidence.source AS s ON s.source_id = c.source_id
LEFT JOIN cells AS w ON w.ods_code = c.ods_code
WHERE
    s.known_from IS NULL
    OR w.known_from IS NULL
    OR c.known_from < s.known_from
    OR c.known_from < w.known_from
