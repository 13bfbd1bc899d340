WITH first_claim AS (
    SELECT
        c.source_id,
        min(c.known_from) AS known_from
    FROM raw.claim AS c
    GROUP BY c.source_id
)

SELECT
    s.*,
    CAST(count(*) OVER (PARTITION BY s.origin_group) AS BIGINT) AS documents_of_same_origin,
    -- A document that is not dated was there by the day of its first claim.
    coalesce(s.published_on, least(s.accessed_on, coalesce(c.known_from, s.accessed_on))) AS known_from
FROM raw.source AS s
LEFT JOIN first_claim AS c ON c.source_id = s.source_id
