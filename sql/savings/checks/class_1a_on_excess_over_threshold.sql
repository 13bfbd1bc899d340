-- table: savings.exit_point
-- identity: X3
-- severity: error
-- title: In the central scenario National Insurance on an exit is the rate times the payment above the threshold.
-- remedy: Rate or threshold differ from the parameters, or the rule was applied to the whole payment.
WITH rule AS (
    SELECT
        rate.value / 100 AS rate,
        threshold.value AS threshold_gbp
    FROM evidence.parameter_value AS rate
    INNER JOIN evidence.parameter_value AS threshold
        ON threshold.parameter_id = 'class_1a_threshold_gbp' AND threshold.is_current
    WHERE rate.parameter_id = 'class_1a_rate_pct' AND rate.is_current
),

expected AS (
    SELECT
        u.scenario_id,
        u.fy,
        u.body,
        u.grade,
        u.complete_years,
        r.rate * greatest(CAST(u.severance_gbp AS DOUBLE) - r.threshold_gbp, 0) AS expected_gbp,
        CAST(u.class_1a_nic_gbp AS DOUBLE) AS actual_gbp
    FROM savings.exit_point AS u
    LEFT JOIN rule AS r ON TRUE
    WHERE u.scenario_id = 'central'
)

SELECT
    e.scenario_id,
    e.fy,
    e.body,
    e.grade,
    e.complete_years,
    e.expected_gbp,
    e.actual_gbp
FROM expected AS e
-- Rounded to the penny, it may stand half a penny off.
WHERE e.expected_gbp IS NULL OR abs(e.actual_gbp - e.expected_gbp) * 2 * 100 > 1 + 1e-6
