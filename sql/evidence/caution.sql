SELECT
    c.caution_id,
    c.table_pattern,
    c.column_pattern,
    c.measure_id,
    c.statement,
    s.known_from
FROM raw.caution AS c
CROSS JOIN evidence.source AS s
WHERE s.source_id = 'project'
