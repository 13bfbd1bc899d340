-- question: How much falls in 2025-26 on accruals and on cash?
-- answer: {% set first = rows[0] %}
-- answer: In {{ first.fy }} {{ first.accrual_gbp_m|money }} {{ ranged(first.accrual_low_gbp_m|money, first.accrual_high_gbp_m|money) }} falls on accruals and {{ first.cash_paid_gbp_m|money }} {{ ranged(first.cash_paid_low_gbp_m|money, first.cash_paid_high_gbp_m|money) }} on cash: {{ first.accrual_share_pct|percent }} and {{ first.cash_share_pct|percent }} of the whole (as known on {{ first.known_by|day }}).
-- how to read: One-off cost of the modelled programme by year in £m. On accruals a cost counts when it is recognised, a wave as a whole when it is approved, months before most of its people leave; on cash when it is paid. later_on_cash_gbp_m is what has been recognised and not yet paid by the end of the year; over the life of the programme both bases come to the same. share_pct is the year's share of the whole. The columns low and high are the 80% range of 2025-26, empty as of a past day.
WITH yearly AS (
    SELECT
        c.fy,
        sum(CASE WHEN c.accounting_basis = 'accrual' THEN c.amount_gbp_m ELSE 0 END) AS accrual_gbp_m,
        sum(CASE WHEN c.accounting_basis = 'cash_paid' THEN c.amount_gbp_m ELSE 0 END) AS cash_paid_gbp_m
    FROM savings.exit_cost_month AS c
    WHERE c.scenario_id = 'best_estimate'
    GROUP BY c.fy
),

first_year AS (
    SELECT
        r.accounting_basis,
        r.p10,
        r.p90
    FROM savings.appraisal_range AS r
    WHERE
        r.scenario_id = 'best_estimate'
        AND r.perspective = 'dhsc_budget'
        AND r.weighting = 'posterior'
        AND r.measure = 'cost_in_first_year'
)

SELECT
    y.fy,
    y.accrual_gbp_m,
    y.cash_paid_gbp_m,
    sum(y.accrual_gbp_m - y.cash_paid_gbp_m) OVER (ORDER BY y.fy) AS later_on_cash_gbp_m,
    round(y.accrual_gbp_m / sum(y.accrual_gbp_m) OVER () * 100, 1) AS accrual_share_pct,
    round(y.cash_paid_gbp_m / sum(y.cash_paid_gbp_m) OVER () * 100, 1) AS cash_share_pct,
    a.p10 AS accrual_low_gbp_m,
    a.p90 AS accrual_high_gbp_m,
    p.p10 AS cash_paid_low_gbp_m,
    p.p90 AS cash_paid_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM yearly AS y
LEFT JOIN first_year AS a ON a.accounting_basis = 'accrual' AND y.fy = '2025-26'
LEFT JOIN first_year AS p ON p.accounting_basis = 'cash_paid' AND y.fy = '2025-26'
WHERE y.accrual_gbp_m > 0 OR y.cash_paid_gbp_m > 0
ORDER BY y.fy
