-- table: savings.scenario_month
-- identity: X6
-- severity: error
-- title: A month of a scenario is the sum of its flows, and the running sum adds them up; no recoup enters it.
-- remedy: Money that is neither cost nor saving was added, or a month dropped; add up the flows again.
WITH expected AS (
    SELECT
        m.scenario_id,
        m.accounting_basis,
        m.month,
        m.cost_gbp_m,
        m.saving_gbp_m,
        m.net_gbp_m,
        m.cumulative_net_gbp_m,
        sum(CASE WHEN f.accounting_basis = 'both' THEN 0 ELSE f.amount_gbp_m END) AS expected_cost_gbp_m,
        sum(CASE WHEN f.accounting_basis = 'both' THEN f.amount_gbp_m ELSE 0 END) AS expected_saving_gbp_m
    FROM savings.scenario_month AS m
    LEFT JOIN savings.scenario_flow AS f
        ON
            f.scenario_id = m.scenario_id
            AND f.month = m.month
            AND (f.accounting_basis = m.accounting_basis OR f.accounting_basis = 'both')
    GROUP BY
        m.scenario_id,
        m.accounting_basis,
        m.month,
        m.cost_gbp_m,
        m.saving_gbp_m,
        m.net_gbp_m,
        m.cumulative_net_gbp_m
),

summed AS (
    SELECT
        e.scenario_id,
        e.accounting_basis,
        e.month,
        e.cost_gbp_m,
        e.saving_gbp_m,
        e.net_gbp_m,
        e.cumulative_net_gbp_m,
        e.expected_cost_gbp_m,
        e.expected_saving_gbp_m,
        sum(e.expected_saving_gbp_m - e.expected_cost_gbp_m) OVER (
            PARTITION BY e.scenario_id, e.accounting_basis
            ORDER BY e.month
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS expected_cumulative_gbp_m
    FROM expected AS e
)

SELECT
    s.scenario_id,
    s.accounting_basis,
    s.month,
    s.expected_cost_gbp_m,
    s.cost_gbp_m AS actual_cost_gbp_m,
    s.expected_saving_gbp_m,
    s.saving_gbp_m AS actual_saving_gbp_m,
    s.expected_cumulative_gbp_m,
    s.cumulative_net_gbp_m AS actual_cumulative_gbp_m
FROM summed AS s
WHERE
    s.expected_cost_gbp_m IS NULL
    OR s.cost_gbp_m <> s.expected_cost_gbp_m
    OR s.saving_gbp_m <> s.expected_saving_gbp_m
    OR s.net_gbp_m <> s.expected_saving_gbp_m - s.expected_cost_gbp_m
    OR s.cumulative_net_gbp_m <> s.expected_cumulative_gbp_m
