-- question: How much falls in 2025-26 on accruals and on cash?
-- how to read: One-off cost of the modelled programme by year in £m. On accruals a cost counts when it is recognised, a wave as a whole when it is approved, months before most of its people leave; on cash when it is paid. later_on_cash_gbp_m is what has been recognised and not yet paid by the end of the year; over the life of the programme both bases come to the same. share_pct is the year's share of the whole.
WITH yearly AS (
    SELECT
        c.fy,
        sum(CASE WHEN c.accounting_basis = 'accrual' THEN c.amount_gbp_m ELSE 0 END) AS accrual_gbp_m,
        sum(CASE WHEN c.accounting_basis = 'cash_paid' THEN c.amount_gbp_m ELSE 0 END) AS cash_paid_gbp_m
    FROM savings.exit_cost_month AS c
    WHERE c.scenario_id = 'best_estimate'
    GROUP BY c.fy
)

SELECT
    y.fy,
    y.accrual_gbp_m,
    y.cash_paid_gbp_m,
    sum(y.accrual_gbp_m - y.cash_paid_gbp_m) OVER (ORDER BY y.fy) AS later_on_cash_gbp_m,
    round(y.accrual_gbp_m / sum(y.accrual_gbp_m) OVER () * 100, 1) AS accrual_share_pct,
    round(y.cash_paid_gbp_m / sum(y.cash_paid_gbp_m) OVER () * 100, 1) AS cash_share_pct
FROM yearly AS y
WHERE y.accrual_gbp_m > 0 OR y.cash_paid_gbp_m > 0
ORDER BY y.fy
