SELECT
    c.caution_id,
    c.table_pattern,
    c.column_pattern,
    c.measure_id,
    c.statement
FROM raw.caution AS c
