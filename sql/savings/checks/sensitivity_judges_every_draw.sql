-- table: savings.sensitivity
-- severity: error
-- title: Every parameter that is drawn is judged, for every output.
-- remedy: Add the parameter to those the sensitivity runs over; see nhs_assets/model/sensitivity.py.
WITH output AS (
    SELECT DISTINCT s.output
    FROM savings.sensitivity AS s
)

SELECT
    u.parameter_id,
    u.group_id,
    o.output AS missing_output
FROM savings.uncertain_parameter AS u
CROSS JOIN output AS o
LEFT JOIN savings.sensitivity AS s ON s.group_id = u.group_id AND s.output = o.output
WHERE u.family <> 'exact' AND s.group_id IS NULL
