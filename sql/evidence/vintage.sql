SELECT
    v.*,
    CAST(rank() OVER (ORDER BY v.known_from) AS BIGINT) AS sequence,
    s.publisher,
    s.evidence_grade
FROM raw.vintage AS v
INNER JOIN evidence.source AS s ON s.source_id = v.source_id
