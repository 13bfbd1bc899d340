-- table: evidence.claim
-- identity: M5
-- severity: error
-- title: No claim is known before the document that states it.
-- remedy: Correct the day of the claim, or the day of publication in the source seed.
SELECT
    c.claim_id,
    c.source_id,
    s.known_from AS expected_not_before,
    c.known_from AS actual_known_from
FROM evidence.claim AS c
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE c.known_from < s.known_from
