-- table: evidence.vintage
-- identity: M1
-- severity: error
-- title: Every vintage names a held source that was not known later than the vintage.
-- remedy: Add the source to the source seed, or correct the day on which the vintage became known.
SELECT
    v.vintage_id,
    v.source_id AS expected_source_id,
    s.source_id AS actual_source_id,
    s.known_from AS expected_not_before,
    v.known_from AS actual_known_from
FROM raw.vintage AS v
LEFT JOIN evidence.source AS s ON s.source_id = v.source_id
LEFT JOIN evidence.vintage AS e ON e.vintage_id = v.vintage_id
WHERE s.source_id IS NULL OR e.vintage_id IS NULL OR v.known_from < s.known_from
