-- table: savings.tornado
-- severity: error
-- title: Every parameter that is drawn is moved alone, over the range it is drawn from, for every output.
-- remedy: Take the parameters and their ranges from those that are drawn; see nhs_assets/model/sensitivity.py.
WITH output AS (
    SELECT DISTINCT s.output
    FROM savings.sensitivity AS s
)

SELECT
    u.parameter_id,
    o.output,
    u.low AS expected_low,
    u.high AS expected_high,
    t.low AS actual_low,
    t.high AS actual_high,
    t.swing
FROM savings.uncertain_parameter AS u
CROSS JOIN output AS o
LEFT JOIN savings.tornado AS t ON t.parameter_id = u.parameter_id AND t.output = o.output
WHERE
    u.family <> 'exact'
    AND (
        t.parameter_id IS NULL
        OR t.group_id <> u.group_id
        OR t.low <> u.low
        OR t.high <> u.high
        OR abs(t.swing - abs(t.at_high - t.at_low)) > 2 * 1e-6
    )
