-- table: savings.scenario_flow
-- identity: W4
-- severity: error
-- title: In the best estimate the national flows are the sums over all organisations, to the pound.
-- remedy: An organisation is missing or counted twice; sum savings.exit_cost_month and savings.saving_month again.
WITH organisations AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.month,
        c.component,
        sum(c.amount_gbp_m) AS amount_gbp_m
    FROM savings.exit_cost_month AS c
    GROUP BY c.scenario_id, c.accounting_basis, c.month, c.component
    UNION ALL
    SELECT
        s.scenario_id,
        'both' AS accounting_basis,
        s.month,
        s.component,
        sum(s.amount_gbp_m) AS amount_gbp_m
    FROM savings.saving_month AS s
    GROUP BY s.scenario_id, s.month, s.component
)

SELECT
    o.scenario_id,
    o.accounting_basis,
    o.month,
    o.component,
    o.amount_gbp_m AS expected_gbp_m,
    f.amount_gbp_m AS actual_gbp_m
FROM organisations AS o
LEFT JOIN savings.scenario_flow AS f
    ON
        f.scenario_id = o.scenario_id
        AND f.accounting_basis = o.accounting_basis
        AND f.month = o.month
        AND f.component = o.component
WHERE f.amount_gbp_m IS NULL OR f.amount_gbp_m <> o.amount_gbp_m
