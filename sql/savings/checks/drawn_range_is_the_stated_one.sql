-- table: savings.uncertain_parameter
-- severity: error
-- title: A parameter is drawn from the range that the parameter files give for its latest value.
-- remedy: Change the range in seeds/parameters, never in the model.
SELECT
    u.parameter_id,
    p.low AS expected_low,
    p.value AS expected_value,
    p.high AS expected_high,
    u.low AS actual_low,
    u.value AS actual_value,
    u.high AS actual_high
FROM savings.uncertain_parameter AS u
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = u.parameter_id AND p.is_current
WHERE p.parameter_id IS NULL OR p.low <> u.low OR p.value <> u.value OR p.high <> u.high
