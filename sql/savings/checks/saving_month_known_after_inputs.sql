-- table: savings.saving_month
-- identity: M5
-- severity: error
-- title: No modelled saving is known before the last of the model's inputs.
-- remedy: Take the day from the latest of the inputs, in sql/savings/saving_month.sql.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(o.known_from) AS known_from
    FROM workforce.organisation AS o
    UNION ALL
    SELECT max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    UNION ALL
    SELECT max(w.known_from) AS known_from
    FROM savings.exit_wave AS w
    UNION ALL
    SELECT max(u.known_from) AS known_from
    FROM savings.unit_cost AS u
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    m.scenario_id,
    m.ods_code,
    m.month,
    m.component,
    l.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM savings.saving_month AS m
CROSS JOIN last_known AS l
WHERE m.known_from < l.known_from
