-- table: evidence.claim
-- identity: M1
-- severity: error
-- title: Every claim names a document and a measure that are held, and reaches the table.
-- remedy: Add the missing row to the source or measure seed, or correct the identifier in the claim.
SELECT
    c.claim_id,
    c.source_id AS expected_source_id,
    s.source_id AS actual_source_id,
    c.measure_id AS expected_measure_id,
    m.measure_id AS actual_measure_id,
    e.claim_id AS actual_claim_id
FROM raw.claim AS c
LEFT JOIN evidence.source AS s ON s.source_id = c.source_id
LEFT JOIN evidence.measure AS m ON m.measure_id = c.measure_id
LEFT JOIN evidence.claim AS e ON e.claim_id = c.claim_id
WHERE s.source_id IS NULL OR m.measure_id IS NULL OR e.claim_id IS NULL
