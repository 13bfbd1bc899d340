-- table: evidence.parameter_value
-- severity: error
-- title: No range reaches above twice its value; above nil, a share stays below one and money below the programme.
-- remedy: Look for a misplaced zero at the high end; a range as wide as its value says that the value is not known.
SELECT
    p.parameter_id,
    p.valid_from,
    p.unit,
    p.value AS expected_about,
    p.high AS actual_high,
    programme.high AS programme_cost_high_gbp_m
FROM evidence.parameter_value AS p
LEFT JOIN evidence.parameter_value AS programme
    ON programme.parameter_id = 'stated_programme_cost_gbp_m' AND programme.is_current
WHERE
    (p.value > 0 AND p.high > 2 * p.value)
    OR (p.value = 0 AND p.unit = 'share' AND p.high >= 1)
    OR (p.value = 0 AND p.unit = '£m' AND p.high > coalesce(programme.high, 0))
