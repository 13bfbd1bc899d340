-- table: savings.scenario_flow
-- identity: X5
-- severity: error
-- title: In every scenario each kind of cost has the same total, as recognised and as paid.
-- remedy: A cost is recognised and never paid, or the reverse; check the months of the waves.
SELECT
    f.scenario_id,
    f.component,
    sum(CASE WHEN f.accounting_basis = 'accrual' THEN f.amount_gbp_m ELSE 0 END) AS expected_gbp_m,
    sum(CASE WHEN f.accounting_basis = 'cash_paid' THEN f.amount_gbp_m ELSE 0 END) AS actual_gbp_m
FROM savings.scenario_flow AS f
WHERE f.accounting_basis <> 'both'
GROUP BY f.scenario_id, f.component
HAVING
    sum(CASE WHEN f.accounting_basis = 'accrual' THEN f.amount_gbp_m ELSE 0 END)
    <> sum(CASE WHEN f.accounting_basis = 'cash_paid' THEN f.amount_gbp_m ELSE 0 END)
