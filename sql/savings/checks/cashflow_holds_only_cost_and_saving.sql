-- table: savings.cashflow_month
-- identity: X8
-- severity: error
-- title: Cash flow is the sum of the cost and saving components and nothing else: it contains no recoup.
-- remedy: A month was dropped, or money that is neither cost nor saving was added; rebuild from the components.
WITH basis AS (
    SELECT DISTINCT c.accounting_basis
    FROM savings.exit_cost_month AS c
),

flow AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.ods_code,
        c.month,
        c.amount_gbp_m AS cost_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS saving_gbp_m
    FROM savings.exit_cost_month AS c
    UNION ALL
    SELECT
        s.scenario_id,
        b.accounting_basis,
        s.ods_code,
        s.month,
        CAST(0 AS DECIMAL(18, 6)) AS cost_gbp_m,
        s.amount_gbp_m AS saving_gbp_m
    FROM savings.saving_month AS s
    CROSS JOIN basis AS b
),

expected AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.ods_code,
        f.month,
        sum(f.cost_gbp_m) AS cost_gbp_m,
        sum(f.saving_gbp_m) AS saving_gbp_m
    FROM flow AS f
    GROUP BY f.scenario_id, f.accounting_basis, f.ods_code, f.month
)

SELECT
    coalesce(e.scenario_id, c.scenario_id) AS scenario_id,
    coalesce(e.accounting_basis, c.accounting_basis) AS accounting_basis,
    coalesce(e.ods_code, c.ods_code) AS ods_code,
    coalesce(e.month, c.month) AS month,
    e.cost_gbp_m AS expected_cost_gbp_m,
    c.cost_gbp_m AS actual_cost_gbp_m,
    e.saving_gbp_m AS expected_saving_gbp_m,
    c.saving_gbp_m AS actual_saving_gbp_m,
    e.saving_gbp_m - e.cost_gbp_m AS expected_net_gbp_m,
    c.net_gbp_m AS actual_net_gbp_m
FROM expected AS e
FULL OUTER JOIN savings.cashflow_month AS c
    ON
        c.scenario_id = e.scenario_id
        AND c.accounting_basis = e.accounting_basis
        AND c.ods_code = e.ods_code
        AND c.month = e.month
WHERE
    e.scenario_id IS NULL
    OR c.scenario_id IS NULL
    OR c.cost_gbp_m <> e.cost_gbp_m
    OR c.saving_gbp_m <> e.saving_gbp_m
    OR c.net_gbp_m <> c.saving_gbp_m - c.cost_gbp_m
