-- table: evidence.measure
-- severity: error
-- title: Every precedent is of a known measure and within its plausible range.
-- remedy: Look for a misplaced zero or a wrong unit in the precedent seed, or add the measure.
SELECT
    p.episode,
    p.measure_id,
    m.plausible_low AS expected_low,
    m.plausible_high AS expected_high,
    p.value_central AS actual_value
FROM raw.precedent AS p
LEFT JOIN evidence.measure AS m ON m.measure_id = p.measure_id
WHERE
    m.measure_id IS NULL
    OR p.value_central < m.plausible_low
    OR p.value_central > m.plausible_high
