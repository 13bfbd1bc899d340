-- table: evidence.source
-- identity: M5
-- severity: error
-- title: No document is known before it was published, or first claimed from, or first held.
-- remedy: Take the day from the latest of the inputs, in sql/evidence/source.sql.
WITH first_claim AS (
    SELECT
        c.source_id,
        min(c.known_from) AS known_from
    FROM raw.claim AS c
    GROUP BY c.source_id
)

SELECT
    s.source_id,
    s.published_on,
    least(s.accessed_on, coalesce(c.known_from, s.accessed_on)) AS expected_not_before,
    s.known_from AS actual_known_from
FROM evidence.source AS s
LEFT JOIN first_claim AS c ON c.source_id = s.source_id
WHERE s.known_from < coalesce(s.published_on, least(s.accessed_on, coalesce(c.known_from, s.accessed_on)))
