-- table: overspend.instrument
-- identity: M5
-- severity: error
-- title: No reading of the deal is known before its vintage and its document.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/instrument.sql.
SELECT
    i.interpretation,
    i.fy,
    greatest(v.known_from, s.known_from) AS expected_not_before,
    i.known_from AS actual_known_from
FROM overspend.instrument AS i
INNER JOIN evidence.vintage AS v ON v.vintage_id = i.vintage_id
INNER JOIN evidence.source AS s ON s.source_id = i.source_id
WHERE i.known_from < greatest(v.known_from, s.known_from)
