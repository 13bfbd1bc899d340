-- table: evidence.claim
-- severity: error
-- title: Every claimed value lies within the plausible range of its measure.
-- remedy: Look for a misplaced zero or a wrong unit in the claim; widen the range of the measure only with a reason.
SELECT
    c.claim_id,
    c.measure_id,
    c.unit,
    m.plausible_low AS expected_low,
    m.plausible_high AS expected_high,
    c.value_low AS actual_low,
    c.value_central AS actual_central,
    c.value_high AS actual_high
FROM evidence.claim AS c
INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
WHERE
    coalesce(c.value_low, m.plausible_low) < m.plausible_low
    OR coalesce(c.value_low, m.plausible_low) > m.plausible_high
    OR coalesce(c.value_central, m.plausible_low) < m.plausible_low
    OR coalesce(c.value_central, m.plausible_low) > m.plausible_high
    OR coalesce(c.value_high, m.plausible_high) < m.plausible_low
    OR coalesce(c.value_high, m.plausible_high) > m.plausible_high
