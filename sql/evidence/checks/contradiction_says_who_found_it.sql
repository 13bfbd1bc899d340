-- table: evidence.contradiction
-- identity: M3
-- severity: error
-- title: Every judgement on claims that are held reaches the table with day and author; a rule's find names the rule.
-- remedy: The judgement seed says who decided and when; look at the table's SELECT if a judgement is lost.
WITH judged AS (
    SELECT
        j.claim_a,
        j.claim_b,
        j.conflict_type,
        x.claim_a AS actual_claim_a,
        x.how_found,
        x.rule_id,
        x.decided_on,
        x.decided_by
    FROM raw.contradiction_judgement AS j
    INNER JOIN raw.claim AS a ON a.claim_id = j.claim_a
    INNER JOIN raw.claim AS b ON b.claim_id = j.claim_b
    LEFT JOIN evidence.contradiction AS x
        ON
            x.claim_a = j.claim_a
            AND x.claim_b = j.claim_b
            AND x.conflict_type = j.conflict_type
            AND x.how_found = 'judgement'
),

by_rule AS (
    SELECT
        x.claim_a,
        x.claim_b,
        x.conflict_type,
        x.claim_a AS actual_claim_a,
        x.how_found,
        x.rule_id,
        x.decided_on,
        x.decided_by
    FROM evidence.contradiction AS x
    WHERE x.how_found = 'rule'
)

SELECT
    j.claim_a,
    j.claim_b,
    j.conflict_type,
    'judgement' AS expected_how_found,
    j.how_found AS actual_how_found,
    j.decided_on,
    j.decided_by,
    j.rule_id
FROM judged AS j
WHERE j.actual_claim_a IS NULL OR j.decided_on IS NULL OR j.decided_by IS NULL OR j.rule_id IS NOT NULL
UNION ALL
SELECT
    r.claim_a,
    r.claim_b,
    r.conflict_type,
    'rule' AS expected_how_found,
    r.how_found AS actual_how_found,
    r.decided_on,
    r.decided_by,
    r.rule_id
FROM by_rule AS r
WHERE r.rule_id IS NULL OR r.decided_on IS NOT NULL OR r.decided_by IS NOT NULL
