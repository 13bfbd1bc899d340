-- table: savings.unit_cost
-- identity: M5
-- severity: error
-- title: No unit cost is known before the last parameter, organisation and point of exit pay.
-- remedy: Take the day from the latest of the inputs, in nhs_assets/model/programme.py.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(o.known_from) AS known_from
    FROM workforce.organisation AS o
    UNION ALL
    SELECT max(e.known_from) AS known_from
    FROM savings.exit_point AS e
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    u.scenario_id,
    u.fy,
    u.body,
    l.known_from AS expected_not_before,
    u.known_from AS actual_known_from
FROM savings.unit_cost AS u
CROSS JOIN last_known AS l
WHERE u.known_from < l.known_from
