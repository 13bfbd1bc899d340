-- table: evidence.claim
-- identity: M1
-- severity: error
-- title: Every claim is of a scope that is described.
-- remedy: Add the scope to the scope seed and say which bodies it takes in, or correct the claim.
SELECT
    c.claim_id,
    c.scope_id AS actual_scope_id
FROM evidence.claim AS c
LEFT JOIN raw.scope AS s ON s.scope_id = c.scope_id
WHERE s.scope_id IS NULL
