-- table: workforce.staff_source_comparison
-- severity: warn
-- title: Staff at the end of a month is near the average that the sickness statistics give for the month.
-- remedy: Many leave or join in one month, or one of the files counts other staff. See the months before and after.
SELECT
    c.ods_code,
    c.month,
    c.average_fte AS expected_fte,
    c.month_end_fte AS actual_fte,
    c.difference_pct,
    t.value AS tolerance_pct
FROM workforce.staff_source_comparison AS c
LEFT JOIN evidence.parameter_value AS t
    ON t.parameter_id = 'staff_source_tolerance_pct' AND t.is_current
WHERE
    t.value IS NULL
    OR c.difference_pct IS NULL
    OR abs(c.difference_pct) > t.value
