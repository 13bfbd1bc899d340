-- table: workforce.stated_staffing
-- severity: error
-- title: Every stated count is of a known measure and organisation, reaches the table and lies in the plausible range.
-- remedy: Look for a misplaced zero or a wrong unit in the staffing estimates, or add the measure.
WITH organisation AS (
    SELECT DISTINCT o.ods_code
    FROM workforce.organisation AS o
)

SELECT
    r.estimate_id,
    r.ods_code,
    r.measure_id,
    m.plausible_low AS expected_low,
    m.plausible_high AS expected_high,
    r.value_low AS actual_low,
    r.value_central AS actual_central,
    r.value_high AS actual_high
FROM raw.staffing_estimate AS r
LEFT JOIN evidence.measure AS m ON m.measure_id = r.measure_id
LEFT JOIN workforce.stated_staffing AS s ON s.estimate_id = r.estimate_id
LEFT JOIN organisation AS o ON o.ods_code = r.ods_code
WHERE
    m.measure_id IS NULL
    OR s.estimate_id IS NULL
    OR (r.ods_code IS NOT NULL AND o.ods_code IS NULL)
    OR r.value_low < m.plausible_low
    OR r.value_high > m.plausible_high
