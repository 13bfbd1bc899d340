WITH spoken_of AS (
    SELECT
        c.measure_id,
        count(*) AS claims,
        -- What the project reads from a document is no origin beside it.
        count(DISTINCT CASE WHEN c.attribution <> 'project' THEN s.origin_group END) AS independent_origins,
        min(c.known_from) AS known_from
    FROM raw.claim AS c
    INNER JOIN raw.source AS s ON s.source_id = c.source_id
    GROUP BY c.measure_id
),

register AS (
    SELECT min(s.accessed_on) AS opened_on
    FROM raw.source AS s
)

SELECT
    m.*,
    CAST(coalesce(o.claims, 0) AS BIGINT) AS claims,
    CAST(coalesce(o.independent_origins, 0) AS BIGINT) AS independent_origins,
    coalesce(o.known_from, r.opened_on) AS known_from
FROM raw.measure AS m
CROSS JOIN register AS r
LEFT JOIN spoken_of AS o ON o.measure_id = m.measure_id
