-- table: savings.backtest
-- severity: error
-- title: The outcome of a back-test case is what the precedent of the same name states, to the nearest per cent.
-- remedy: Look for a misplaced zero in seeds/workforce/backtest_case.csv or precedent.csv; both hold the figure.
WITH precedent AS (
    SELECT
        p.episode AS case_id,
        'cost_gbp_m' AS output,
        p.value_central AS stated_value
    FROM raw.precedent AS p
    WHERE p.measure_id IN ('redundancy_cost_national', 'redundancy_cost_single_year', 'exit_budget')
    UNION ALL
    SELECT
        p.episode AS case_id,
        'cost_per_exit_gbp' AS output,
        p.value_central AS stated_value
    FROM raw.precedent AS p
    WHERE p.measure_id = 'mean_exit_cost'
    UNION ALL
    SELECT
        'greater_manchester_2025' AS case_id,
        'cost_per_exit_gbp' AS output,
        s.value_central AS stated_value
    FROM workforce.stated_staffing AS s
    WHERE s.estimate_id = 'greater_manchester_mean_exit_cost'
    UNION ALL
    SELECT
        p.episode AS case_id,
        'rehired_share' AS output,
        p.value_central / nullif(e.value_central, 0) AS stated_value
    FROM raw.precedent AS p
    INNER JOIN raw.precedent AS e ON e.episode = p.episode AND e.measure_id = 'exits_national'
    WHERE p.measure_id = 'staff_rehired'
)

SELECT
    b.case_id,
    b.output,
    p.stated_value AS expected_value,
    b.actual_value
FROM savings.backtest AS b
INNER JOIN precedent AS p ON p.case_id = b.case_id AND p.output = b.output
WHERE abs(b.actual_value / nullif(p.stated_value, 0) - 1) * 100 > 1
