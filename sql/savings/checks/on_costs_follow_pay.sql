-- table: savings.saving_month
-- identity: X9
-- severity: error
-- title: In the central scenario local pension, central pension and levy saved are their rates times the pay saved.
-- remedy: A rate differs from its parameter, or local and central pension were swapped or merged.
WITH on_cost AS (
    SELECT
        s.ods_code,
        s.month,
        s.component,
        CAST(pay.amount_gbp_m AS DOUBLE) * rate.value / 100 AS expected_gbp_m,
        CAST(s.amount_gbp_m AS DOUBLE) AS actual_gbp_m
    FROM savings.saving_month AS s
    LEFT JOIN savings.saving_month AS pay
        ON
            pay.scenario_id = s.scenario_id
            AND pay.ods_code = s.ods_code
            AND pay.month = s.month
            AND pay.component = 'pay'
    LEFT JOIN evidence.parameter_value AS rate
        ON rate.parameter_id = concat(s.component, '_pct') AND rate.is_current
    WHERE
        s.scenario_id = 'central'
        AND s.component IN ('pension_local', 'pension_central', 'apprenticeship_levy')
)

SELECT
    o.ods_code,
    o.month,
    o.component,
    o.expected_gbp_m,
    o.actual_gbp_m
FROM on_cost AS o
-- Every flow is rounded to the pound before it is added up, and a body that takes over another adds up two.
WHERE o.expected_gbp_m IS NULL OR abs(o.actual_gbp_m - o.expected_gbp_m) > 2 * 1e-6
