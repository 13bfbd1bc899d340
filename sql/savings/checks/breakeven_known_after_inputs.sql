-- table: savings.breakeven
-- identity: M5
-- severity: error
-- title: No break-even is known before its flows and parameters.
-- remedy: Take the day from the latest of the inputs, in the model's breakeven.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(f.known_from) AS known_from
    FROM savings.scenario_flow AS f
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    m.scenario_id,
    m.perspective,
    m.accounting_basis,
    m.horizon_years,
    m.lever,
    l.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM savings.breakeven AS m
CROSS JOIN last_known AS l
WHERE m.known_from < l.known_from
