WITH of_parameter AS (
    SELECT
        concat(p.parameter_id, '_', replace(CAST(p.valid_from AS VARCHAR), '-', '')) AS assumption_id,
        concat(p.label, '. ', p.reference) AS statement,
        p.parameter_id,
        p.valid_from,
        p.value,
        p.low,
        p.high,
        p.unit,
        p.confidence,
        a.owner,
        a.made_on,
        a.signed_off_by,
        p.review_by,
        p.source_id
    FROM evidence.parameter_value AS p
    LEFT JOIN raw.assumption AS a ON a.parameter_id = p.parameter_id
    WHERE p.confidence IN ('E', 'K') OR p.low < p.high
),

taken_for_granted AS (
    SELECT o.* FROM of_parameter AS o
    UNION ALL
    SELECT
        a.assumption_id,
        a.statement,
        CAST(NULL AS VARCHAR) AS parameter_id,
        CAST(NULL AS DATE) AS valid_from,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS low,
        CAST(NULL AS DOUBLE) AS high,
        CAST(NULL AS VARCHAR) AS unit,
        a.confidence,
        a.owner,
        a.made_on,
        a.signed_off_by,
        a.review_by,
        a.source_id
    FROM raw.assumption AS a
    WHERE a.parameter_id IS NULL
)

SELECT
    t.*,
    s.evidence_grade,
    CASE
        WHEN t.confidence IN ('F', 'F(d)') AND s.evidence_grade IN ('A', 'B') THEN 'green'
        WHEN t.confidence = 'E' AND s.evidence_grade IN ('D', 'E') THEN 'red'
        ELSE 'amber'
    END AS quality
FROM taken_for_granted AS t
INNER JOIN evidence.source AS s ON s.source_id = t.source_id
