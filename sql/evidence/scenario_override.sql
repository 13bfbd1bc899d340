SELECT
    o.*,
    p.label,
    p.unit,
    p.value AS central_value
FROM raw.scenario_override AS o
INNER JOIN evidence.parameter_value AS p ON p.parameter_id = o.parameter_id AND p.is_current
