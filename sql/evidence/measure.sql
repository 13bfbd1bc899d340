WITH spoken_of AS (
    SELECT
        c.measure_id,
        count(*) AS claims,
        -- What the project reads from a document is no origin beside it.
        count(DISTINCT CASE WHEN c.attribution <> 'project' THEN s.origin_group END) AS independent_origins
    FROM raw.claim AS c
    INNER JOIN raw.source AS s ON s.source_id = c.source_id
    GROUP BY c.measure_id
)

SELECT
    m.*,
    CAST(coalesce(o.claims, 0) AS BIGINT) AS claims,
    CAST(coalesce(o.independent_origins, 0) AS BIGINT) AS independent_origins
FROM raw.measure AS m
LEFT JOIN spoken_of AS o ON o.measure_id = m.measure_id
