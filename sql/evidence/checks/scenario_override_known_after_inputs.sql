-- table: evidence.scenario_override
-- identity: M5
-- severity: error
-- title: No override is known before its scenario and its parameter.
-- remedy: Take the later of the two days, in sql/evidence/scenario_override.sql.
SELECT
    o.scenario_id,
    o.parameter_id,
    greatest(s.known_from, p.known_from) AS expected_not_before,
    o.known_from AS actual_known_from
FROM evidence.scenario_override AS o
INNER JOIN evidence.scenario AS s ON s.scenario_id = o.scenario_id
INNER JOIN evidence.parameter_value AS p ON p.parameter_id = o.parameter_id AND p.is_current
WHERE o.known_from < s.known_from OR o.known_from < p.known_from
