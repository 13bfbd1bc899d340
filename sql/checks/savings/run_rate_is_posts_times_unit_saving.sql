-- table: savings.saving_month
-- identity: X7
-- severity: error
-- title: In its last year the central scenario saves posts times saving per post at that year's pay, less backfill.
-- remedy: Posts still leave in the last year, or a saving was left out or counted twice; check waves and unit costs.
WITH last_year AS (
    SELECT max(s.fy) AS fy
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'central'
),

left_by_wave AS (
    SELECT sum(w.share_of_target) AS share_gone
    FROM savings.exit_wave AS w
),

expected AS (
    SELECT
        sum(b.posts_removed_target * CAST(u.saving_per_post_gbp AS DOUBLE)) * w.share_gone / 1000000
        * (1 - refilled.value) AS saving_gbp_m
    FROM workforce.baseline AS b
    INNER JOIN savings.unit_cost AS u ON u.body = b.body AND u.scenario_id = 'central'
    INNER JOIN last_year AS y ON y.fy = u.fy
    CROSS JOIN left_by_wave AS w
    INNER JOIN evidence.parameter_value AS refilled
        ON refilled.parameter_id = 'backfill_share' AND refilled.is_current
    WHERE b.in_post_target
    GROUP BY w.share_gone, refilled.value
),

actual AS (
    SELECT
        s.fy,
        CAST(sum(s.amount_gbp_m) AS DOUBLE) AS saving_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN last_year AS y ON y.fy = s.fy
    WHERE s.scenario_id = 'central'
    GROUP BY s.fy
)

SELECT
    a.fy,
    e.saving_gbp_m AS expected_saving_gbp_m,
    a.saving_gbp_m AS actual_saving_gbp_m
FROM actual AS a
LEFT JOIN expected AS e ON TRUE
WHERE e.saving_gbp_m IS NULL OR abs(a.saving_gbp_m - e.saving_gbp_m) > 1e-6 * e.saving_gbp_m
