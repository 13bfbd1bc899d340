-- table: savings.backtest
-- severity: error
-- title: Every outcome a back-test case states is predicted and stands beside it unchanged.
-- remedy: Build savings.backtest again; a case must not be left out because its result is unflattering.
WITH stated AS (
    SELECT
        r.case_id,
        'severance_gbp_m' AS output,
        CAST(r.severance_gbp_m AS DOUBLE) AS actual_value
    FROM raw.backtest_case AS r
    UNION ALL
    SELECT
        r.case_id,
        'exit_cost_gbp_m' AS output,
        CAST(r.severance_gbp_m AS DOUBLE) AS actual_value
    FROM raw.backtest_case AS r
    UNION ALL
    SELECT
        r.case_id,
        'mean_severance_gbp' AS output,
        CAST(r.mean_severance_gbp AS DOUBLE) AS actual_value
    FROM raw.backtest_case AS r
    UNION ALL
    SELECT
        r.case_id,
        'rehired_share' AS output,
        r.rehired_share AS actual_value
    FROM raw.backtest_case AS r
)

SELECT
    s.case_id,
    s.output,
    s.actual_value AS expected_value,
    b.actual_value
FROM stated AS s
LEFT JOIN savings.backtest AS b ON b.case_id = s.case_id AND b.output = s.output
WHERE
    s.actual_value IS NOT NULL
    AND (b.actual_value IS NULL OR abs(b.actual_value - s.actual_value) > 1e-6)
