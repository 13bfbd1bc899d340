-- table: savings.exit_point
-- identity: M5
-- severity: error
-- title: No point of exit pay is known before the last parameter, organisation and cell.
-- remedy: Take the day from the latest of the inputs, in nhs_assets/model/programme.py.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(o.known_from) AS known_from
    FROM workforce.organisation AS o
    UNION ALL
    SELECT max(c.known_from) AS known_from
    FROM workforce.cell AS c
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    e.scenario_id,
    e.fy,
    e.body,
    e.grade,
    l.known_from AS expected_not_before,
    e.known_from AS actual_known_from
FROM savings.exit_point AS e
CROSS JOIN last_known AS l
WHERE e.known_from < l.known_from
