-- table: savings.assumption_impact
-- severity: error
-- title: Every assumption has a row of impact, and every drawn one an impact.
-- remedy: Look for a parameter whose latest value is not the one that is drawn.
SELECT
    a.assumption_id,
    a.parameter_id,
    i.impact
FROM evidence.assumption AS a
LEFT JOIN savings.assumption_impact AS i ON i.assumption_id = a.assumption_id
LEFT JOIN evidence.parameter_value AS p
    ON p.parameter_id = a.parameter_id AND p.valid_from = a.valid_from AND p.is_current
LEFT JOIN savings.uncertain_parameter AS u ON u.parameter_id = p.parameter_id AND u.family <> 'exact' AND u.moves_results
WHERE i.assumption_id IS NULL OR (u.parameter_id IS NOT NULL AND i.impact IS NULL)
