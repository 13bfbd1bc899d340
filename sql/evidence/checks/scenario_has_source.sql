-- table: evidence.scenario
-- identity: M1
-- severity: error
-- title: Every scenario names a document that is in the list of sources, and the central one is among them.
-- remedy: Correct the source in the scenario's file, or add the document to seeds/evidence/source.csv.
SELECT
    r.scenario_id,
    r.source_id AS found
FROM raw.scenario AS r
LEFT JOIN evidence.scenario AS s ON s.scenario_id = r.scenario_id
WHERE s.scenario_id IS NULL
UNION ALL
SELECT
    'central' AS scenario_id,
    'no central scenario' AS found
FROM evidence.scenario AS s
HAVING sum(CASE WHEN s.scenario_id = 'central' THEN 1 ELSE 0 END) = 0
