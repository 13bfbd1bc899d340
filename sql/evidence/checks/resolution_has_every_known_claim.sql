-- table: evidence.resolution_claim
-- identity: M3
-- severity: error
-- title: Every claim known at a vintage has exactly one status there, and no claim that was not yet known has any.
-- remedy: Look at the day of the claim and of the vintage, and at the rules of the resolution.
WITH expected AS (
    SELECT
        c.claim_id,
        v.vintage_id,
        c.measure_id,
        c.scope_id,
        c.period_id
    FROM evidence.claim AS c
    INNER JOIN evidence.vintage AS v ON v.known_from >= c.known_from
),

actual AS (
    SELECT
        r.claim_id,
        r.vintage_id,
        min(r.measure_id) AS measure_id,
        min(r.scope_id) AS scope_id,
        min(r.period_id) AS period_id,
        count(*) AS statuses
    FROM evidence.resolution_claim AS r
    GROUP BY r.claim_id, r.vintage_id
)

SELECT
    coalesce(e.claim_id, a.claim_id) AS claim_id,
    coalesce(e.vintage_id, a.vintage_id) AS vintage_id,
    CASE WHEN e.claim_id IS NULL THEN 0 ELSE 1 END AS expected_statuses,
    coalesce(a.statuses, 0) AS actual_statuses
FROM expected AS e
FULL JOIN actual AS a ON a.claim_id = e.claim_id AND a.vintage_id = e.vintage_id
WHERE
    e.claim_id IS NULL
    OR a.claim_id IS NULL
    OR a.statuses <> 1
    OR a.measure_id <> e.measure_id
    OR a.scope_id <> e.scope_id
    OR a.period_id <> e.period_id
