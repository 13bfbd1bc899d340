-- table: evidence.resolution
-- identity: M5
-- severity: error
-- title: No resolution is known before its vintage.
-- remedy: Take the day from the vintage, in sql/evidence/resolution.sql.
SELECT
    r.measure_id,
    r.scope_id,
    r.period_id,
    r.vintage_id,
    v.known_from AS expected_not_before,
    r.known_from AS actual_known_from
FROM evidence.resolution AS r
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
WHERE r.known_from < v.known_from
