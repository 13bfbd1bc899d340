-- table: savings.exit_cost_month
-- identity: X5
-- severity: error
-- title: Over the life of the programme each component costs the same when recognised as when paid.
-- remedy: A cost is recognised or paid outside the months of the appraisal, or rounded after it was moved.
WITH total AS (
    SELECT
        c.scenario_id,
        c.component,
        sum(CASE WHEN c.accounting_basis = 'accrual' THEN c.amount_gbp_m ELSE 0 END) AS accrual_gbp_m,
        sum(CASE WHEN c.accounting_basis = 'cash_paid' THEN c.amount_gbp_m ELSE 0 END) AS cash_paid_gbp_m
    FROM savings.exit_cost_month AS c
    GROUP BY c.scenario_id, c.component
)

SELECT
    t.scenario_id,
    t.component,
    t.accrual_gbp_m AS expected_cash_paid_gbp_m,
    t.cash_paid_gbp_m AS actual_cash_paid_gbp_m
FROM total AS t
WHERE t.accrual_gbp_m <> t.cash_paid_gbp_m
