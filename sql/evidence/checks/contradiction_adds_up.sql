-- table: evidence.contradiction
-- identity: M3
-- severity: error
-- title: A contradiction is of two different claims, known once both are, and its difference is computed less stated.
-- remedy: Look at the rule that found it; no difference is typed by hand.
SELECT
    x.claim_a,
    x.claim_b,
    x.conflict_type,
    CASE WHEN a.known_from > b.known_from THEN a.known_from ELSE b.known_from END AS expected_known_from,
    x.known_from AS actual_known_from,
    x.computed_value - x.stated_value AS expected_difference,
    x.difference AS actual_difference,
    x.infeasible_claim_id
FROM evidence.contradiction AS x
LEFT JOIN evidence.claim AS a ON a.claim_id = x.claim_a
LEFT JOIN evidence.claim AS b ON b.claim_id = x.claim_b
WHERE
    a.claim_id IS NULL
    OR b.claim_id IS NULL
    OR x.claim_a = x.claim_b
    OR x.known_from <> CASE WHEN a.known_from > b.known_from THEN a.known_from ELSE b.known_from END
    OR abs(coalesce(x.difference, 0) - coalesce(x.computed_value - x.stated_value, 0)) > 1e-6
    OR x.infeasible_claim_id NOT IN (x.claim_a, x.claim_b)
