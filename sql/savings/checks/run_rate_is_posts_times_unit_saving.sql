-- table: savings.saving_month
-- identity: X7
-- severity: error
-- title: In its last year the best estimate saves posts times saving per post, less empty posts, backfill and the cost of returns.
-- remedy: Posts still leave in the last year, or a saving was left out or counted twice; check waves and unit costs.
WITH last_year AS (
    SELECT max(s.fy) AS fy
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'best_estimate'
),

left_by_wave AS (
    SELECT
        sum(w.share_of_target) AS share_gone,
        -- Nobody held these, so how many of the others are paid for does not move them.
        sum(CASE WHEN w.stream = 'vacancy' THEN w.share_of_target ELSE 0 END)
        / nullif(sum(w.share_of_target), 0) AS vacant
    FROM savings.exit_wave AS w
),

share AS (
    SELECT
        max(CASE WHEN p.parameter_id = 'backfill_share' THEN p.value END) AS refilled,
        max(CASE WHEN p.parameter_id = 'paid_exit_share' THEN p.value END) AS paid,
        max(CASE WHEN p.parameter_id = 'paid_take_up' THEN p.value END) AS paid_take_up,
        max(CASE WHEN p.parameter_id = 'unpaid_take_up' THEN p.value END) AS unpaid_take_up,
        max(CASE WHEN p.parameter_id = 'vacant_post_saved_share' THEN p.value END) AS vacant_saved,
        max(CASE WHEN p.parameter_id = 'rehire_share' THEN p.value END) AS rehired,
        max(CASE WHEN p.parameter_id = 'rehire_cost_share' THEN p.value END) AS spent_again
    FROM savings.posterior_draw AS p
    WHERE p.draw = 0
),

-- The share of the saving per post, over all posts to go, that is left at the end.
kept AS (
    SELECT
        (
            (1 - w.vacant) * (s.paid * s.paid_take_up + (1 - s.paid) * s.unpaid_take_up)
            + w.vacant * s.vacant_saved * s.unpaid_take_up
        ) * (1 - s.refilled)
        - (1 - w.vacant) * s.paid * s.paid_take_up * s.rehired * s.spent_again AS share_kept
    FROM share AS s
    CROSS JOIN left_by_wave AS w
),

expected AS (
    SELECT
        sum(b.posts_removed_target * CAST(u.saving_per_post_gbp AS DOUBLE)) * w.share_gone * k.share_kept
        / 1000000 AS saving_gbp_m
    FROM workforce.baseline AS b
    INNER JOIN savings.unit_cost AS u ON u.body = b.body AND u.scenario_id = 'best_estimate'
    INNER JOIN last_year AS y ON y.fy = u.fy
    CROSS JOIN left_by_wave AS w
    CROSS JOIN kept AS k
    WHERE b.in_post_target
    GROUP BY w.share_gone, k.share_kept
),

actual AS (
    SELECT
        s.fy,
        CAST(sum(s.amount_gbp_m) AS DOUBLE) AS saving_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN last_year AS y ON y.fy = s.fy
    WHERE s.scenario_id = 'best_estimate' AND s.component NOT IN ('non_pay', 'clawback')
    GROUP BY s.fy
)

SELECT
    a.fy,
    e.saving_gbp_m AS expected_saving_gbp_m,
    a.saving_gbp_m AS actual_saving_gbp_m
FROM actual AS a
LEFT JOIN expected AS e ON TRUE
WHERE e.saving_gbp_m IS NULL OR abs(a.saving_gbp_m - e.saving_gbp_m) > 1e-6 * e.saving_gbp_m
