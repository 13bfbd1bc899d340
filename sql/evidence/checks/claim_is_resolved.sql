-- table: evidence.resolution_claim
-- identity: M3
-- severity: warn
-- title: Every claim has a status at some vintage.
-- remedy: Add a vintage of the day the claim became known, or a later one, to the vintage seed.
SELECT
    c.claim_id,
    c.measure_id,
    c.known_from
FROM evidence.claim AS c
LEFT JOIN evidence.resolution_claim AS r ON r.claim_id = c.claim_id
WHERE r.claim_id IS NULL
