-- label: What the programme is worth
-- unit: £m
-- how to read: Real saving less real cost, discounted at the standard rate, in prices of the price year of the appraisal; long_horizon is the longest period appraised, short_horizon the shortest. The department's budget, cost as recognised.
WITH appraised AS (
    SELECT
        a.npv_gbp_m,
        row_number() OVER (ORDER BY a.horizon_years DESC) AS from_longest,
        row_number() OVER (ORDER BY a.horizon_years) AS from_shortest
    FROM savings.appraisal AS a
    INNER JOIN evidence.parameter_value AS r
        ON r.parameter_id = 'discount_rate_real_pct' AND r.is_current AND r.value = a.discount_rate_pct
    WHERE a.scenario_id = 'best_estimate' AND a.perspective = 'dhsc_budget' AND a.accounting_basis = 'accrual'
)

SELECT
    'npv_long_horizon' AS figure,
    CAST(max(CASE WHEN a.from_longest = 1 THEN a.npv_gbp_m END) AS DOUBLE) AS value
FROM appraised AS a
UNION ALL
SELECT
    'npv_short_horizon' AS figure,
    CAST(max(CASE WHEN a.from_shortest = 1 THEN a.npv_gbp_m END) AS DOUBLE) AS value
FROM appraised AS a
