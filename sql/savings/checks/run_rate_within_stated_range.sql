-- table: savings.saving_month
-- identity: X7
-- severity: warn
-- title: In the first year with every post gone the central scenario saves what officials say, within their range.
-- remedy: Look at posts and saving per post by body: which would have to differ, and is that likely?
WITH last_departure AS (
    SELECT max(w.last_leaving_on) AS day
    FROM savings.exit_wave AS w
),

saved AS (
    SELECT
        s.fy,
        min(s.month) AS first_month,
        sum(s.amount_gbp_m) AS saving_gbp_m
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'central'
    GROUP BY s.fy
),

-- Officials date the whole saving to the end of this Parliament, so it counts at the pay of its year.
full_year AS (
    SELECT
        s.fy,
        s.saving_gbp_m
    FROM saved AS s
    CROSS JOIN last_departure AS d
    WHERE s.first_month > d.day
    ORDER BY s.fy
    LIMIT 1
)

SELECT
    y.fy,
    p.low AS expected_low_gbp_m,
    p.high AS expected_high_gbp_m,
    y.saving_gbp_m AS actual_gbp_m
FROM evidence.parameter_value AS p
LEFT JOIN full_year AS y ON TRUE
WHERE
    p.parameter_id = 'stated_annual_saving_gbp_m'
    AND p.is_current
    AND (y.saving_gbp_m IS NULL OR y.saving_gbp_m < p.low OR y.saving_gbp_m > p.high)
