WITH accounting_basis AS (
    SELECT DISTINCT c.accounting_basis
    FROM savings.exit_cost_month_before_succession AS c
),

-- A saving counts in the month it accrues on both bases: pay is paid in the month it is earned.
flow AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.ods_code,
        c.month,
        c.fy,
        c.amount_gbp_m AS cost_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS saving_gbp_m
    FROM savings.exit_cost_month_before_succession AS c
    UNION ALL
    SELECT
        s.scenario_id,
        b.accounting_basis,
        s.ods_code,
        s.month,
        s.fy,
        CAST(0 AS DECIMAL(18, 6)) AS cost_gbp_m,
        s.amount_gbp_m AS saving_gbp_m
    FROM savings.saving_month_before_succession AS s
    CROSS JOIN accounting_basis AS b
),

organisation_month AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.ods_code,
        f.month,
        f.fy,
        CAST(sum(f.cost_gbp_m) AS DECIMAL(18, 6)) AS cost_gbp_m,
        CAST(sum(f.saving_gbp_m) AS DECIMAL(18, 6)) AS saving_gbp_m,
        CAST(sum(f.saving_gbp_m - f.cost_gbp_m) AS DECIMAL(18, 6)) AS net_gbp_m
    FROM flow AS f
    GROUP BY f.scenario_id, f.accounting_basis, f.ods_code, f.month, f.fy
)

SELECT
    o.*,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(
        sum(o.net_gbp_m) OVER (
            PARTITION BY o.scenario_id, o.accounting_basis, o.ods_code
            ORDER BY o.month
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS DECIMAL(18, 6)
    ) AS cumulative_net_gbp_m
FROM organisation_month AS o
