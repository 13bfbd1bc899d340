-- table: evidence.parameter_value
-- severity: error
-- title: Values of a parameter follow one another without gap or overlap, and exactly one of them is current.
-- remedy: Check the dates in the parameter file; two values of one parameter may not start on the same day.
SELECT
    p.parameter_id,
    count(*) AS actual_values,
    count(DISTINCT p.valid_from) AS expected_values,
    CAST(sum(CASE WHEN p.is_current THEN 1 ELSE 0 END) AS BIGINT) AS actual_current_values,
    1 AS expected_current_values
FROM evidence.parameter_value AS p
GROUP BY p.parameter_id
HAVING
    count(*) <> count(DISTINCT p.valid_from)
    OR sum(CASE WHEN p.is_current THEN 1 ELSE 0 END) <> 1
    OR sum(CASE WHEN p.valid_to < p.valid_from THEN 1 ELSE 0 END) > 0
