-- table: savings.saving_month
-- identity: X9
-- severity: error
-- title: The local and the central pension rate sum to the whole rate, and together save that share of the pay saved.
-- remedy: One of the three pension parameters was changed alone; take all three from the same notice.
WITH rate AS (
    SELECT
        max(CASE WHEN p.parameter_id = 'pension_local_pct' THEN p.value END) AS local_pct,
        max(CASE WHEN p.parameter_id = 'pension_central_pct' THEN p.value END) AS central_pct,
        max(CASE WHEN p.parameter_id = 'pension_total_with_levy_pct' THEN p.value END) AS total_pct
    FROM evidence.parameter_value AS p
    WHERE p.is_current
),

saved AS (
    SELECT
        sum(CASE WHEN s.component = 'pay' THEN CAST(s.amount_gbp_m AS DOUBLE) ELSE 0 END) AS pay_gbp_m,
        sum(
            CASE
                WHEN s.component IN ('pension_local', 'pension_central') THEN CAST(s.amount_gbp_m AS DOUBLE)
                ELSE 0
            END
        ) AS pension_gbp_m
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'best_estimate'
)

SELECT
    r.total_pct AS expected_total_pct,
    r.local_pct AS actual_local_pct,
    r.central_pct AS actual_central_pct,
    s.pay_gbp_m * r.total_pct / 100 AS expected_pension_gbp_m,
    s.pension_gbp_m AS actual_pension_gbp_m
FROM rate AS r
CROSS JOIN saved AS s
WHERE
    r.local_pct IS NULL
    OR r.central_pct IS NULL
    OR r.total_pct IS NULL
    OR s.pay_gbp_m IS NULL
    OR abs(r.local_pct + r.central_pct - r.total_pct) > 1e-6
    OR abs(s.pension_gbp_m - s.pay_gbp_m * r.total_pct / 100) > 1e-6 * s.pay_gbp_m
