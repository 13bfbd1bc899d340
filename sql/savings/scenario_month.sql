WITH basis AS (
    SELECT DISTINCT f.accounting_basis
    FROM savings.scenario_flow AS f
    WHERE f.accounting_basis <> 'both'
),

-- A saving counts in the month it accrues on both bases.
flow AS (
    SELECT
        f.scenario_id,
        b.accounting_basis,
        f.month,
        f.fy,
        CASE WHEN f.accounting_basis = 'both' THEN 0 ELSE f.amount_gbp_m END AS cost_gbp_m,
        CASE WHEN f.accounting_basis = 'both' THEN f.amount_gbp_m ELSE 0 END AS saving_gbp_m
    FROM savings.scenario_flow AS f
    INNER JOIN basis AS b ON b.accounting_basis = f.accounting_basis OR f.accounting_basis = 'both'
),

national AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.month,
        f.fy,
        CAST(sum(f.cost_gbp_m) AS DECIMAL(18, 6)) AS cost_gbp_m,
        CAST(sum(f.saving_gbp_m) AS DECIMAL(18, 6)) AS saving_gbp_m,
        CAST(sum(f.saving_gbp_m - f.cost_gbp_m) AS DECIMAL(18, 6)) AS net_gbp_m
    FROM flow AS f
    GROUP BY f.scenario_id, f.accounting_basis, f.month, f.fy
)

SELECT
    n.*,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(
        sum(n.net_gbp_m) OVER (
            PARTITION BY n.scenario_id, n.accounting_basis
            ORDER BY n.month
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS DECIMAL(18, 6)
    ) AS cumulative_net_gbp_m
FROM national AS n
