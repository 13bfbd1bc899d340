SELECT
    o.*,
    p.label,
    p.unit,
    p.value AS central_value,
    greatest(s.known_from, p.known_from) AS known_from
FROM raw.scenario_override AS o
INNER JOIN evidence.scenario AS s ON s.scenario_id = o.scenario_id
INNER JOIN evidence.parameter_value AS p ON p.parameter_id = o.parameter_id AND p.is_current
