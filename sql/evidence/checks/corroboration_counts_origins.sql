-- table: evidence.measure
-- identity: M4
-- severity: error
-- title: Corroboration counts original texts: never more than the documents that state something, and none where none does.
-- remedy: Look for claims whose source is missing, or for a source that is listed twice.
WITH counted AS (
    SELECT
        c.measure_id,
        count(*) AS claims,
        count(DISTINCT CASE WHEN c.attribution <> 'project' THEN c.source_id END) AS documents
    FROM raw.claim AS c
    GROUP BY c.measure_id
)

SELECT
    m.measure_id,
    coalesce(n.claims, 0) AS expected_claims,
    m.claims AS actual_claims,
    coalesce(n.documents, 0) AS expected_origins_at_most,
    m.independent_origins AS actual_origins
FROM evidence.measure AS m
LEFT JOIN counted AS n ON n.measure_id = m.measure_id
WHERE
    m.claims <> coalesce(n.claims, 0)
    OR m.independent_origins > coalesce(n.documents, 0)
    OR (coalesce(n.documents, 0) > 0 AND m.independent_origins = 0)
