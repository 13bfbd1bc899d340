WITH dated AS (
    SELECT
        p.parameter_id,
        p.valid_from,
        p.label,
        p.unit,
        p.value,
        p.low,
        p.high,
        p.confidence,
        p.source_id,
        p.reference,
        p.review_by,
        p.file,
        lead(p.valid_from) OVER (PARTITION BY p.parameter_id ORDER BY p.valid_from) AS next_valid_from
    FROM raw.parameter_value AS p
)

SELECT
    d.parameter_id,
    d.valid_from,
    d.label,
    d.unit,
    d.value,
    d.low,
    d.high,
    d.confidence,
    d.source_id,
    d.reference,
    d.review_by,
    d.file,
    CAST(d.next_valid_from - INTERVAL 1 DAY AS DATE) AS valid_to,
    d.next_valid_from IS NULL AS is_current,
    s.evidence_grade,
    s.known_from
FROM dated AS d
INNER JOIN evidence.source AS s ON s.source_id = d.source_id
