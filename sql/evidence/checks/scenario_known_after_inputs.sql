-- table: evidence.scenario
-- identity: M5
-- severity: error
-- title: No scenario is known before the document it rests on.
-- remedy: Take the day from the document, in sql/evidence/scenario.sql.
SELECT
    s.scenario_id,
    d.known_from AS expected_not_before,
    s.known_from AS actual_known_from
FROM evidence.scenario AS s
INNER JOIN evidence.source AS d ON d.source_id = s.source_id
WHERE s.known_from < d.known_from
