-- table: savings.exit_cost_month
-- identity: X7
-- severity: warn
-- title: The central scenario costs what officials say the programme costs, within their range.
-- remedy: Look at paid exits, mean service and pay: which would have to differ, and is that likely?
WITH modelled AS (
    SELECT
        c.accounting_basis,
        sum(c.amount_gbp_m) AS cost_gbp_m
    FROM savings.exit_cost_month AS c
    WHERE c.scenario_id = 'central'
    GROUP BY c.accounting_basis
)

SELECT
    m.accounting_basis,
    p.low AS expected_low_gbp_m,
    p.high AS expected_high_gbp_m,
    m.cost_gbp_m AS actual_gbp_m
FROM evidence.parameter_value AS p
LEFT JOIN modelled AS m ON TRUE
WHERE
    p.parameter_id = 'stated_programme_cost_gbp_m'
    AND p.is_current
    AND (
        m.cost_gbp_m IS NULL
        OR CAST(m.cost_gbp_m AS DOUBLE) < p.low
        OR CAST(m.cost_gbp_m AS DOUBLE) > p.high
    )
