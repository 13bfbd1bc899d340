-- table: overspend.available
-- identity: M5
-- severity: error
-- title: Nothing available is known before the ledger, the plan and the cash flow it is worked out from.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/available.sql.
WITH cash_flow AS (
    SELECT
        c.scenario_id,
        max(c.known_from) AS known_from
    FROM savings.cashflow_month AS c
    GROUP BY c.scenario_id
)

SELECT
    a.scenario_id,
    a.interpretation,
    a.profile_id,
    a.fy,
    greatest(l.known_from, v.known_from, c.known_from) AS expected_not_before,
    a.known_from AS actual_known_from
FROM overspend.available AS a
INNER JOIN overspend.ledger AS l
    ON
        l.interpretation = a.interpretation
        AND l.profile_id = a.profile_id
        AND l.fy = a.fy
        AND l.price_basis = 'cash'
INNER JOIN evidence.vintage AS v ON v.vintage_id = a.plan_vintage_id
INNER JOIN cash_flow AS c ON c.scenario_id = a.scenario_id
WHERE a.known_from < greatest(l.known_from, v.known_from, c.known_from)
