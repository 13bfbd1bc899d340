-- table: evidence.claim
-- identity: M5
-- severity: error
-- title: No claim is dated after today.
-- remedy: Correct the day of the claim; add what is still to be said once it has been.
SELECT
    c.claim_id,
    c.known_from AS actual_known_from,
    $today AS expected_at_most
FROM evidence.claim AS c
WHERE c.known_from > $today
