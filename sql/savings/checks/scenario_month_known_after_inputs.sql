-- table: savings.scenario_month
-- identity: M5
-- severity: error
-- title: No month of a scenario is known before the flows it adds up.
-- remedy: Take the day from the latest of the flows, in sql/savings/scenario_month.sql.
WITH last_known AS (
    SELECT
        f.scenario_id,
        max(f.known_from) AS known_from
    FROM savings.scenario_flow AS f
    GROUP BY f.scenario_id
)

SELECT
    m.scenario_id,
    m.accounting_basis,
    m.month,
    l.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM savings.scenario_month AS m
INNER JOIN last_known AS l ON l.scenario_id = m.scenario_id
WHERE m.known_from < l.known_from
