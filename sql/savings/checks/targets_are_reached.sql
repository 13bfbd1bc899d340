-- table: savings.calibration
-- identity: X7
-- severity: warn
-- title: Given all evidence the 80% range reaches every published target.
-- remedy: The evidence contradicts itself; savings.evidence_effect shows which pieces pull the other way.
SELECT
    c.evidence_id,
    c.stated_low AS expected_at_least,
    c.stated_high AS expected_at_most,
    c.posterior_p10 AS actual_p10,
    c.posterior_p90 AS actual_p90
FROM savings.calibration AS c
WHERE c.evidence_kind = 'target' AND NOT c.is_met
