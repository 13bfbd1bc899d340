-- table: overspend.pressure
-- severity: error
-- title: Every in-year pressure is of a known measure in £m, reaches the table and lies within the plausible range.
-- remedy: Look for a misplaced zero or a wrong unit in the seed of pressures, or add the measure.
SELECT
    r.pressure_id,
    r.measure_id,
    m.unit AS actual_unit,
    m.plausible_low AS expected_low_gbp_m,
    m.plausible_high AS expected_high_gbp_m,
    p.requested_low_gbp_m AS actual_low_gbp_m,
    p.requested_gbp_m AS actual_gbp_m,
    p.requested_high_gbp_m AS actual_high_gbp_m
FROM raw.in_year_pressure AS r
LEFT JOIN evidence.measure AS m ON m.measure_id = r.measure_id
LEFT JOIN overspend.pressure AS p ON p.pressure_id = r.pressure_id
WHERE
    m.measure_id IS NULL
    OR p.pressure_id IS NULL
    OR m.unit <> '£m'
    OR p.requested_low_gbp_m < m.plausible_low
    OR p.requested_high_gbp_m > m.plausible_high
    OR p.requested_low_gbp_m > p.requested_gbp_m
    OR p.requested_gbp_m > p.requested_high_gbp_m
