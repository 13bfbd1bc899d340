SELECT
    c.*,
    s.known_from
FROM raw.caution AS c
CROSS JOIN evidence.source AS s
WHERE s.source_id = 'project'
