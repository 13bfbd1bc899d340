-- table: evidence.resolution
-- identity: M3
-- severity: error
-- title: An unresolved conflict has no central value, and any central value is one that a used claim states.
-- remedy: Run the two values as scenarios; a value between them is nobody's claim.
SELECT
    s.measure_id,
    s.scope_id,
    s.period_id,
    s.vintage_id,
    s.rule,
    s.value_central AS actual_central,
    s.central_date AS actual_central_date,
    s.chosen_claim_id,
    c.value_central AS expected_central,
    c.value_date AS expected_central_date
FROM evidence.resolution AS s
LEFT JOIN evidence.resolution_claim AS r
    ON
        r.measure_id = s.measure_id
        AND r.scope_id = s.scope_id
        AND r.period_id = s.period_id
        AND r.vintage_id = s.vintage_id
        AND r.claim_id = s.chosen_claim_id
        AND r.is_used
LEFT JOIN evidence.claim AS c ON c.claim_id = r.claim_id
WHERE
    (
        s.rule = 'unresolved'
        AND (s.value_central IS NOT NULL OR s.central_date IS NOT NULL OR s.chosen_claim_id IS NOT NULL)
    )
    OR (s.value_central IS NOT NULL AND (c.value_central IS NULL OR c.value_central <> s.value_central))
    OR (s.central_date IS NOT NULL AND (c.value_date IS NULL OR c.value_date <> s.central_date))
