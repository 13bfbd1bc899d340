WITH changed AS (
    SELECT
        o.scenario_id,
        CAST(count(*) AS BIGINT) AS parameters_changed
    FROM raw.scenario_override AS o
    GROUP BY o.scenario_id
)

SELECT
    s.*,
    coalesce(c.parameters_changed, 0) AS parameters_changed,
    -- A scenario is the project's own words, whatever it rests on.
    greatest(d.known_from, own.known_from) AS known_from
FROM raw.scenario AS s
INNER JOIN evidence.source AS d ON d.source_id = s.source_id
INNER JOIN evidence.source AS own ON own.source_id = 'project'
LEFT JOIN changed AS c ON c.scenario_id = s.scenario_id
