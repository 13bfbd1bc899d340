-- table: savings.saving_month
-- identity: X7
-- severity: warn
-- title: At 2025-26 pay the central scenario saves in a year what officials say, within their range.
-- remedy: Look at posts and saving per post by body: which of them would have to be different, and is that likely?
WITH run_rate AS (
    SELECT sum(b.posts_removed_target * CAST(u.saving_per_post_gbp AS DOUBLE)) / 1000000 AS saving_gbp_m
    FROM savings.unit_cost AS u
    INNER JOIN workforce.baseline AS b ON b.body = u.body
    WHERE u.scenario_id = 'central' AND u.fy = '2025-26' AND b.in_post_target
),

last_year AS (
    SELECT
        s.fy,
        sum(s.amount_gbp_m) AS saving_gbp_m
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'central'
    GROUP BY s.fy
    ORDER BY s.fy DESC
    LIMIT 1
)

SELECT
    p.low AS expected_low_gbp_m,
    p.high AS expected_high_gbp_m,
    r.saving_gbp_m AS actual_gbp_m,
    y.fy AS last_fy,
    y.saving_gbp_m AS last_year_at_its_own_pay_gbp_m
FROM evidence.parameter_value AS p
CROSS JOIN run_rate AS r
LEFT JOIN last_year AS y ON TRUE
WHERE
    p.parameter_id = 'stated_annual_saving_gbp_m'
    AND p.is_current
    AND (
        y.fy IS NULL
        OR r.saving_gbp_m IS NULL
        OR r.saving_gbp_m < p.low
        OR r.saving_gbp_m > p.high
    )
