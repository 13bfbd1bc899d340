-- table: savings.backtest
-- identity: R7
-- severity: error
-- title: Quantiles of a back-test rise, and it is covered where what happened lies between the outer two.
-- remedy: A quantile, the outcome or the flag was changed alone; build savings.backtest again.
SELECT
    b.case_id,
    b.output,
    b.predicted_p10,
    b.predicted_p50,
    b.predicted_p90,
    b.actual_value,
    b.is_covered
FROM savings.backtest AS b
WHERE
    b.predicted_p10 > b.predicted_p50
    OR b.predicted_p50 > b.predicted_p90
    OR b.is_covered <> (b.actual_value >= b.predicted_p10 AND b.actual_value <= b.predicted_p90)
    OR abs(b.crps_of_actual_pct - b.crps / nullif(b.actual_value, 0) * 100) > 1e-6
