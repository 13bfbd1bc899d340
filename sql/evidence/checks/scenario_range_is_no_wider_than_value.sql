-- table: evidence.scenario_override
-- severity: error
-- title: No range that a scenario gives reaches above twice its value.
-- remedy: Look for a misplaced zero in the scenario's file.
SELECT
    o.scenario_id,
    o.parameter_id,
    o.value AS expected_about,
    o.high AS actual_high
FROM evidence.scenario_override AS o
WHERE o.value > 0 AND o.high > 2 * o.value
