-- table: evidence.parameter_value
-- severity: error
-- title: No target of the calibration is above twice what the parameters say of the same quantity.
-- remedy: Look for a misplaced zero in seeds/funding/calibration_target.csv, or add the parameter of a new quantity here.
WITH stated AS (
    SELECT
        'posts' AS kind,
        p.value AS stated_value
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'posts_removed_total' AND p.is_current
    UNION ALL
    SELECT
        'saving' AS kind,
        p.value AS stated_value
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'stated_annual_saving_gbp_m' AND p.is_current
    UNION ALL
    SELECT
        'cost' AS kind,
        p.high AS stated_value
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'stated_programme_cost_gbp_m' AND p.is_current
    UNION ALL
    SELECT
        'running' AS kind,
        p.value * people.value / 1000000 AS stated_value
    FROM evidence.parameter_value AS p
    INNER JOIN evidence.parameter_value AS people
        ON people.parameter_id = 'practice_file_population' AND people.is_current
    WHERE p.parameter_id = 'running_cost_target_gbp_per_head' AND p.is_current
)

SELECT
    t.target_id,
    t.quantity,
    s.stated_value AS expected_about,
    t.target_low AS actual_low,
    t.target_high AS actual_high
FROM raw.calibration_target AS t
LEFT JOIN stated AS s ON t.quantity LIKE concat(s.kind, '_%')
WHERE s.kind IS NULL OR greatest(coalesce(t.target_low, 0), coalesce(t.target_high, 0)) > 2 * s.stated_value
