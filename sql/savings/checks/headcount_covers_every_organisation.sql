-- table: savings.headcount_month
-- identity: W4
-- severity: error
-- title: Every organisation in the official count of posts stands in every month of the appraisal.
-- remedy: An organisation or a month was dropped; compare the organisations and the months of the appraisal.
WITH month_held AS (
    SELECT DISTINCT
        h.scenario_id,
        h.month
    FROM savings.headcount_month AS h
),

scenario AS (
    SELECT m.scenario_id, count(*) AS months
    FROM month_held AS m
    GROUP BY m.scenario_id
    UNION
    SELECT 'central' AS scenario_id, count(*) AS months
    FROM month_held AS m
    WHERE m.scenario_id = 'central'
),

held AS (
    SELECT
        h.scenario_id,
        h.ods_code,
        count(*) AS months
    FROM savings.headcount_month AS h
    GROUP BY h.scenario_id, h.ods_code
)

SELECT
    s.scenario_id,
    o.ods_code,
    horizon.value * 12 AS expected_months,
    coalesce(h.months, 0) AS actual_months
FROM workforce.organisation AS o
CROSS JOIN scenario AS s
LEFT JOIN evidence.parameter_value AS horizon
    ON horizon.parameter_id = 'appraisal_horizon_years' AND horizon.is_current
LEFT JOIN held AS h ON h.scenario_id = s.scenario_id AND h.ods_code = o.ods_code
WHERE
    o.in_post_target
    AND (
        horizon.value IS NULL
        OR s.months <> horizon.value * 12
        OR coalesce(h.months, 0) <> horizon.value * 12
    )
