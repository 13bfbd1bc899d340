-- table: settlement.plan
-- identity: M5
-- severity: error
-- title: No limit is known before its vintage and its document.
-- remedy: Cite a document that was there on the day of the vintage, or correct the day of either.
SELECT
    p.vintage_id,
    p.fy,
    p.line_id,
    greatest(v.known_from, s.known_from) AS expected_not_before,
    p.known_from AS actual_known_from
FROM settlement.plan AS p
INNER JOIN evidence.vintage AS v ON v.vintage_id = p.vintage_id
INNER JOIN evidence.source AS s ON s.source_id = p.source_id
WHERE p.known_from < greatest(v.known_from, s.known_from)
