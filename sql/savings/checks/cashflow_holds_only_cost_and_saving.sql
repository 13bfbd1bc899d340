-- table: savings.cashflow_month
-- identity: X8
-- severity: error
-- title: Cash flow is the sum of the cost and saving components and holds nothing else: no recoup enters it.
-- remedy: A month was dropped, or money that is neither cost nor saving was added; rebuild from the components.
WITH cost AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.ods_code,
        c.month,
        sum(c.amount_gbp_m) AS amount_gbp_m
    FROM savings.exit_cost_month AS c
    GROUP BY c.scenario_id, c.accounting_basis, c.ods_code, c.month
),

saving AS (
    SELECT
        s.scenario_id,
        s.ods_code,
        s.month,
        sum(s.amount_gbp_m) AS amount_gbp_m
    FROM savings.saving_month AS s
    GROUP BY s.scenario_id, s.ods_code, s.month
),

basis AS (
    SELECT DISTINCT c.accounting_basis
    FROM savings.exit_cost_month AS c
),

expected_key AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.ods_code,
        c.month
    FROM cost AS c
    UNION
    SELECT
        s.scenario_id,
        b.accounting_basis,
        s.ods_code,
        s.month
    FROM saving AS s
    CROSS JOIN basis AS b
),

compared AS (
    SELECT
        coalesce(k.scenario_id, f.scenario_id) AS scenario_id,
        coalesce(k.accounting_basis, f.accounting_basis) AS accounting_basis,
        coalesce(k.ods_code, f.ods_code) AS ods_code,
        coalesce(k.month, f.month) AS month,
        k.scenario_id IS NOT NULL AS is_expected,
        f.cost_gbp_m AS actual_cost_gbp_m,
        f.saving_gbp_m AS actual_saving_gbp_m,
        f.net_gbp_m AS actual_net_gbp_m
    FROM expected_key AS k
    FULL OUTER JOIN savings.cashflow_month AS f
        ON
            f.scenario_id = k.scenario_id
            AND f.accounting_basis = k.accounting_basis
            AND f.ods_code = k.ods_code
            AND f.month = k.month
)

SELECT
    x.scenario_id,
    x.accounting_basis,
    x.ods_code,
    x.month,
    coalesce(c.amount_gbp_m, 0) AS expected_cost_gbp_m,
    x.actual_cost_gbp_m,
    coalesce(s.amount_gbp_m, 0) AS expected_saving_gbp_m,
    x.actual_saving_gbp_m,
    coalesce(s.amount_gbp_m, 0) - coalesce(c.amount_gbp_m, 0) AS expected_net_gbp_m,
    x.actual_net_gbp_m
FROM compared AS x
LEFT JOIN cost AS c
    ON
        c.scenario_id = x.scenario_id
        AND c.accounting_basis = x.accounting_basis
        AND c.ods_code = x.ods_code
        AND c.month = x.month
LEFT JOIN saving AS s
    ON s.scenario_id = x.scenario_id AND s.ods_code = x.ods_code AND s.month = x.month
WHERE
    NOT x.is_expected
    OR x.actual_cost_gbp_m IS NULL
    OR x.actual_cost_gbp_m <> coalesce(c.amount_gbp_m, 0)
    OR x.actual_saving_gbp_m <> coalesce(s.amount_gbp_m, 0)
    OR x.actual_net_gbp_m <> x.actual_saving_gbp_m - x.actual_cost_gbp_m
