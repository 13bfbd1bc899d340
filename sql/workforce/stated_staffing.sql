WITH conflict AS (
    SELECT
        e.estimate_id,
        count(other.estimate_id) AS estimates
    FROM raw.staffing_estimate AS e
    LEFT JOIN raw.staffing_estimate AS other
        ON
            other.body = e.body
            AND coalesce(other.ods_code, '') = coalesce(e.ods_code, '')
            AND other.measure_id = e.measure_id
            AND other.estimate_id <> e.estimate_id
            AND other.value_central <> e.value_central
    GROUP BY e.estimate_id
)

SELECT
    e.estimate_id,
    e.body,
    e.ods_code,
    e.measure_id,
    m.unit,
    e.value_low,
    e.value_central,
    e.value_high,
    e.qualifier,
    e.as_of,
    e.said_by,
    e.is_central,
    CAST(c.estimates AS BIGINT) AS conflicts_with,
    e.source_id,
    e.note,
    e.confidence,
    s.known_from
FROM raw.staffing_estimate AS e
INNER JOIN evidence.source AS s ON s.source_id = e.source_id
INNER JOIN evidence.measure AS m ON m.measure_id = e.measure_id
INNER JOIN conflict AS c ON c.estimate_id = e.estimate_id
