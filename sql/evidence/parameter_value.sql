SELECT
    p.*,
    CAST(lead(p.valid_from) OVER (PARTITION BY p.parameter_id ORDER BY p.valid_from) - INTERVAL 1 DAY AS DATE)
        AS valid_to,
    lead(p.valid_from) OVER (PARTITION BY p.parameter_id ORDER BY p.valid_from) IS NULL AS is_current,
    s.evidence_grade,
    s.known_from
FROM raw.parameter_value AS p
INNER JOIN evidence.source AS s ON s.source_id = p.source_id
