-- table: evidence.contradiction
-- severity: warn
-- title: Both claims of every judgement are held.
-- remedy: Correct the identifier in the judgement seed, or mend the claim if it was set aside.
SELECT
    j.claim_a,
    j.claim_b,
    j.conflict_type,
    a.claim_id AS actual_claim_a,
    b.claim_id AS actual_claim_b
FROM raw.contradiction_judgement AS j
LEFT JOIN evidence.claim AS a ON a.claim_id = j.claim_a
LEFT JOIN evidence.claim AS b ON b.claim_id = j.claim_b
WHERE a.claim_id IS NULL OR b.claim_id IS NULL
