-- table: savings.cashflow_month
-- identity: M5
-- severity: error
-- title: No cash flow is known before its cost and saving.
-- remedy: Take the day from the latest of the inputs, in sql/savings/cashflow_month.sql.
WITH inputs AS (
    SELECT max(c.known_from) AS known_from
    FROM savings.exit_cost_month AS c
    UNION ALL
    SELECT max(s.known_from) AS known_from
    FROM savings.saving_month AS s
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    f.scenario_id,
    f.accounting_basis,
    f.ods_code,
    f.month,
    l.known_from AS expected_not_before,
    f.known_from AS actual_known_from
FROM savings.cashflow_month AS f
CROSS JOIN last_known AS l
WHERE f.known_from < l.known_from
