-- table: evidence.caution
-- identity: M5
-- severity: error
-- title: No caution is known before the project was written.
-- remedy: Take the day from the source named project, in sql/evidence/caution.sql.
SELECT
    c.caution_id,
    s.known_from AS expected_not_before,
    c.known_from AS actual_known_from
FROM evidence.caution AS c
CROSS JOIN evidence.source AS s
WHERE s.source_id = 'project' AND c.known_from < s.known_from
