-- table: evidence.resolution
-- identity: M3
-- severity: error
-- title: Claims used and rejected are all the claims known; origins, claimants and documents are counted once each.
-- remedy: Look at the joins of the resolution; a claim may be counted once for its quantity and vintage.
WITH spoken AS (
    SELECT DISTINCT
        r.measure_id,
        r.scope_id,
        r.period_id,
        r.vintage_id,
        c.origin_group
    FROM evidence.resolution_claim AS r
    INNER JOIN evidence.claim AS c ON c.claim_id = r.claim_id
    WHERE r.is_used AND c.party <> 'press'
),

counted AS (
    SELECT
        r.measure_id,
        r.scope_id,
        r.period_id,
        r.vintage_id,
        count(*) AS claims,
        sum(CASE WHEN r.is_used THEN 1 ELSE 0 END) AS used,
        count(DISTINCT CASE WHEN r.is_used AND c.attribution <> 'project' THEN c.origin_group END) AS origins,
        count(
            DISTINCT CASE
                WHEN
                    r.is_used
                    AND c.attribution <> 'project'
                    AND (c.party <> 'press' OR s.origin_group IS NULL)
                    THEN c.party
            END
        ) AS claimants,
        count(DISTINCT CASE WHEN r.is_used THEN c.source_id END) AS documents
    FROM evidence.resolution_claim AS r
    INNER JOIN evidence.claim AS c ON c.claim_id = r.claim_id
    LEFT JOIN spoken AS s
        ON
            s.measure_id = r.measure_id
            AND s.scope_id = r.scope_id
            AND s.period_id = r.period_id
            AND s.vintage_id = r.vintage_id
            AND s.origin_group = c.origin_group
    GROUP BY r.measure_id, r.scope_id, r.period_id, r.vintage_id
)

SELECT
    coalesce(s.measure_id, n.measure_id) AS measure_id,
    coalesce(s.scope_id, n.scope_id) AS scope_id,
    coalesce(s.period_id, n.period_id) AS period_id,
    coalesce(s.vintage_id, n.vintage_id) AS vintage_id,
    n.claims AS expected_claims,
    s.claims_used + s.claims_rejected AS actual_claims,
    n.used AS expected_used,
    s.claims_used AS actual_used,
    n.origins AS expected_origins,
    s.independent_origins AS actual_origins,
    n.claimants AS expected_claimants,
    s.independent_claimants AS actual_claimants,
    n.documents AS expected_documents,
    s.documents_used AS actual_documents
FROM counted AS n
FULL JOIN evidence.resolution AS s
    ON
        s.measure_id = n.measure_id
        AND s.scope_id = n.scope_id
        AND s.period_id = n.period_id
        AND s.vintage_id = n.vintage_id
WHERE
    s.measure_id IS NULL
    OR n.measure_id IS NULL
    OR s.claims_used + s.claims_rejected <> n.claims
    OR s.claims_used <> n.used
    OR s.independent_origins <> n.origins
    OR s.independent_claimants <> n.claimants
    OR s.documents_used <> n.documents
