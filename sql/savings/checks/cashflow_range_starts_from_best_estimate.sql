-- table: savings.cashflow_range
-- identity: W4
-- severity: error
-- title: Run 0 of the simulation is the cash flow of the best estimate summed over organisations, to the thousand pounds.
-- remedy: The simulation and the monthly tables apply different rules; compare nhs_assets/model/simulation.py with them.
WITH stated AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.month,
        sum(f.cost_gbp_m) AS cost_gbp_m,
        sum(f.saving_gbp_m) AS saving_gbp_m,
        sum(f.net_gbp_m) AS net_gbp_m,
        sum(f.cumulative_net_gbp_m) AS cumulative_net_gbp_m
    FROM savings.cashflow_month AS f
    WHERE f.scenario_id = 'best_estimate'
    GROUP BY f.scenario_id, f.accounting_basis, f.month
),

quantity AS (
    SELECT DISTINCT q.quantity
    FROM savings.cashflow_range AS q
),

expected AS (
    SELECT
        s.scenario_id,
        s.accounting_basis,
        s.month,
        q.quantity,
        CASE q.quantity
            WHEN 'cost' THEN s.cost_gbp_m
            WHEN 'saving' THEN s.saving_gbp_m
            WHEN 'net' THEN s.net_gbp_m
            ELSE s.cumulative_net_gbp_m
        END AS amount_gbp_m
    FROM stated AS s
    CROSS JOIN quantity AS q
)

SELECT
    m.accounting_basis,
    m.month,
    m.quantity,
    m.amount_gbp_m AS expected_gbp_m,
    r.principal_gbp_m AS actual_gbp_m
FROM expected AS m
LEFT JOIN savings.cashflow_range AS r
    ON
        r.scenario_id = m.scenario_id
        AND r.accounting_basis = m.accounting_basis
        AND r.month = m.month
        AND r.quantity = m.quantity
WHERE r.principal_gbp_m IS NULL OR abs(r.principal_gbp_m - m.amount_gbp_m) > 1e-6 * 1000
