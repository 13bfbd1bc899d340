-- table: evidence.resolution
-- identity: M3
-- severity: error
-- title: A conflict unresolved has no central value; any there is, a used claim states as a value and not as a bound.
-- remedy: Run the two values as scenarios; a value between them, or of claims set aside, is nobody's.
SELECT
    s.measure_id,
    s.scope_id,
    s.period_id,
    s.vintage_id,
    s.rule,
    s.value_central AS actual_central,
    s.central_date AS actual_central_date,
    s.chosen_claim_id,
    s.claims_used,
    c.qualifier,
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
        s.rule IN ('unresolved', 'none_believed')
        AND (s.value_central IS NOT NULL OR s.central_date IS NOT NULL OR s.chosen_claim_id IS NOT NULL)
    )
    OR (
        s.claims_used = 0
        AND (
            s.value_low IS NOT NULL
            OR s.value_high IS NOT NULL
            OR s.earliest_date IS NOT NULL
            OR s.latest_date IS NOT NULL
            OR s.qualifier IS NOT NULL
        )
    )
    OR (s.value_central IS NOT NULL AND c.qualifier IN ('up_to', 'more_than', 'at_least', 'vague'))
    OR (s.value_central IS NOT NULL AND (c.value_central IS NULL OR c.value_central <> s.value_central))
    OR (s.central_date IS NOT NULL AND (c.value_date IS NULL OR c.value_date <> s.central_date))
