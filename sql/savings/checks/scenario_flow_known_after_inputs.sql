-- table: savings.scenario_flow
-- identity: M5
-- severity: error
-- title: No flow of a scenario is known before the last of the model's inputs.
-- remedy: Take the day from the latest of the inputs, in the model's scenario_flow.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    UNION ALL
    SELECT max(w.known_from) AS known_from
    FROM savings.exit_wave AS w
    UNION ALL
    SELECT max(s.known_from) AS known_from
    FROM evidence.scenario AS s
    UNION ALL
    SELECT max(o.known_from) AS known_from
    FROM evidence.scenario_override AS o
    UNION ALL
    SELECT max(c.known_from) AS known_from
    FROM savings.exit_cost_month AS c
    UNION ALL
    SELECT max(v.known_from) AS known_from
    FROM savings.saving_month AS v
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    m.scenario_id,
    m.accounting_basis,
    m.month,
    m.component,
    l.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM savings.scenario_flow AS m
CROSS JOIN last_known AS l
WHERE m.known_from < l.known_from
