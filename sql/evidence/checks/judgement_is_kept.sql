-- table: evidence.contradiction
-- identity: M3
-- severity: error
-- title: Every judgement on claims that are held reaches the table.
-- remedy: Look at the SELECT of the table; a judgement of the seed is lost there.
SELECT
    j.claim_a,
    j.claim_b,
    j.conflict_type,
    j.decided_on,
    j.decided_by
FROM raw.contradiction_judgement AS j
INNER JOIN raw.claim AS a ON a.claim_id = j.claim_a
INNER JOIN raw.claim AS b ON b.claim_id = j.claim_b
LEFT JOIN evidence.contradiction AS x
    ON
        x.claim_a = j.claim_a
        AND x.claim_b = j.claim_b
        AND x.conflict_type = j.conflict_type
        AND x.how_found = 'judgement'
WHERE x.claim_a IS NULL
