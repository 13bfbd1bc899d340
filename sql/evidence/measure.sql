WITH spoken_of AS (
    SELECT
        c.measure_id,
        count(*) AS claims,
        count(DISTINCT s.origin_group) AS independent_origins
    FROM raw.claim AS c
    INNER JOIN raw.source AS s ON s.source_id = c.source_id
    GROUP BY c.measure_id
)

SELECT
    m.measure_id,
    m.label,
    m.unit,
    m.stock_or_flow,
    m.perspective,
    m.plausible_low,
    m.plausible_high,
    m.period_matters,
    m.same_subject_as,
    m.words,
    m.definition,
    CAST(coalesce(o.claims, 0) AS BIGINT) AS claims,
    CAST(coalesce(o.independent_origins, 0) AS BIGINT) AS independent_origins
FROM raw.measure AS m
LEFT JOIN spoken_of AS o ON o.measure_id = m.measure_id
