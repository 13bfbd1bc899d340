-- table: savings.appraisal
-- identity: M5
-- severity: error
-- title: No appraisal is known before its cost, saving, deflator and parameters.
-- remedy: Take the day from the latest of the inputs, in sql/savings/appraisal.sql.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(c.known_from) AS known_from
    FROM savings.scenario_flow AS c
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    a.scenario_id,
    a.perspective,
    a.accounting_basis,
    a.horizon_years,
    a.discount_rate_pct,
    l.known_from AS expected_not_before,
    a.known_from AS actual_known_from
FROM savings.appraisal AS a
CROSS JOIN last_known AS l
WHERE a.known_from < l.known_from
