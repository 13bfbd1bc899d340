-- table: savings.cashflow_month
-- identity: X6
-- severity: error
-- title: The running sum of each month is that of the month before plus the month's net, from nil.
-- remedy: A month is missing or out of order; check that every organisation has every month once.
WITH followed AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.ods_code,
        f.month,
        f.cumulative_net_gbp_m,
        coalesce(
            lag(f.cumulative_net_gbp_m) OVER (
                PARTITION BY f.scenario_id, f.accounting_basis, f.ods_code ORDER BY f.month
            ),
            0
        ) + f.saving_gbp_m - f.cost_gbp_m AS expected_cumulative_gbp_m
    FROM savings.cashflow_month AS f
)

SELECT
    f.scenario_id,
    f.accounting_basis,
    f.ods_code,
    f.month,
    f.expected_cumulative_gbp_m,
    f.cumulative_net_gbp_m AS actual_cumulative_gbp_m
FROM followed AS f
WHERE f.cumulative_net_gbp_m <> f.expected_cumulative_gbp_m
