-- table: savings.headcount_month
-- identity: M5
-- severity: error
-- title: No modelled headcount is known before the last of the model's inputs.
-- remedy: Take the day from the latest of the inputs, in sql/savings/headcount_month.sql.
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
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    h.scenario_id,
    h.ods_code,
    h.month,
    l.known_from AS expected_not_before,
    h.known_from AS actual_known_from
FROM savings.headcount_month AS h
CROSS JOIN last_known AS l
WHERE h.known_from < l.known_from
