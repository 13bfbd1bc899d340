-- table: evidence.scenario_override
-- identity: M1
-- severity: error
-- title: Every override of a scenario stands beside its parameter, and changes it, or settles one that has a range.
-- remedy: A parameter was renamed or now has the scenario's value; correct the scenario's file.
SELECT
    r.scenario_id,
    r.parameter_id,
    r.value AS expected_value,
    o.value AS actual_value,
    o.central_value
FROM raw.scenario_override AS r
LEFT JOIN evidence.scenario_override AS o
    ON o.scenario_id = r.scenario_id AND o.parameter_id = r.parameter_id
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = r.parameter_id AND p.is_current
WHERE
    o.scenario_id IS NULL
    OR o.value <> r.value
    OR p.parameter_id IS NULL
    OR (o.value = o.central_value AND (p.low = p.high OR (o.low = p.low AND o.high = p.high)))
