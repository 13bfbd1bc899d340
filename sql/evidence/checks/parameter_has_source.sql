-- table: evidence.parameter_value
-- identity: M1
-- severity: error
-- title: Every parameter value names a held source, and says why where it is background knowledge or an estimate.
-- remedy: Add the source to the source seed, or write the reference beside the value in its parameter file.
SELECT
    p.parameter_id,
    p.valid_from,
    p.confidence,
    p.source_id AS expected_source_id,
    s.source_id AS actual_source_id,
    p.reference AS actual_reference,
    p.file
FROM raw.parameter_value AS p
LEFT JOIN evidence.source AS s ON s.source_id = p.source_id
LEFT JOIN evidence.parameter_value AS e
    ON e.parameter_id = p.parameter_id AND e.valid_from = p.valid_from
WHERE
    s.source_id IS NULL
    OR e.parameter_id IS NULL
    OR (p.confidence IN ('K', 'E') AND coalesce(trim(p.reference), '') = '')
