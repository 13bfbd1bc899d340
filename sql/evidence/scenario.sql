WITH changed AS (
    SELECT
        o.scenario_id,
        CAST(count(*) AS BIGINT) AS parameters_changed
    FROM raw.scenario_override AS o
    GROUP BY o.scenario_id
)

SELECT
    s.*,
    coalesce(c.parameters_changed, 0) AS parameters_changed
FROM raw.scenario AS s
LEFT JOIN changed AS c ON c.scenario_id = s.scenario_id
