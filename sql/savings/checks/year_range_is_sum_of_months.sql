-- table: savings.cashflow_year_range
-- identity: W4
-- severity: error
-- title: Run 0 of every year is the sum of run 0 of its months, and of the running sum the last of them, to the thousand pounds.
-- remedy: Years and months are drawn by different rules; compare the functions of nhs_assets/model/ranges.py.
WITH in_order AS (
    SELECT
        r.accounting_basis,
        r.fy,
        r.quantity,
        r.principal_gbp_m,
        row_number() OVER (PARTITION BY r.accounting_basis, r.fy, r.quantity ORDER BY r.month DESC) AS from_last
    FROM savings.cashflow_range AS r
    WHERE r.scenario_id = 'best_estimate'
),

expected AS (
    SELECT
        o.accounting_basis,
        o.fy,
        o.quantity,
        sum(CASE WHEN o.quantity <> 'cumulative_net' OR o.from_last = 1 THEN o.principal_gbp_m ELSE 0 END) AS gbp_m
    FROM in_order AS o
    GROUP BY o.accounting_basis, o.fy, o.quantity
)

SELECT
    e.accounting_basis,
    e.fy,
    e.quantity,
    e.gbp_m AS expected_gbp_m,
    y.principal_gbp_m AS actual_gbp_m
FROM expected AS e
INNER JOIN savings.cashflow_year_range AS y
    ON y.accounting_basis = e.accounting_basis AND y.fy = e.fy AND y.quantity = e.quantity
WHERE abs(y.principal_gbp_m - e.gbp_m) > 1e-6 * 1000
