-- table: savings.saving_month
-- identity: X7
-- severity: error
-- title: In its last year the central scenario saves posts times saving per post, raised by each later pay award.
-- remedy: Posts still leave in the last year, or an award was left out or counted twice; check waves and pay awards.
WITH year_held AS (
    SELECT DISTINCT
        s.fy,
        CAST(concat(split_part(s.fy, '-', 1), '-04-01') AS DATE) AS opens_on
    FROM savings.saving_month AS s
    WHERE s.scenario_id = 'central'
),

span AS (
    SELECT
        min(y.opens_on) AS first_opens_on,
        max(y.fy) AS last_fy
    FROM year_held AS y
),

dated_award AS (
    SELECT
        p.value AS award_pct,
        p.valid_from,
        p.is_current
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'pay_award_pct'
),

-- Each award after the first year once, and the last of them again in every year that opens after it.
award AS (
    SELECT a.award_pct
    FROM dated_award AS a
    INNER JOIN span AS s ON a.valid_from >= s.first_opens_on + INTERVAL 1 YEAR
    UNION ALL
    SELECT a.award_pct
    FROM dated_award AS a
    INNER JOIN span AS s ON a.is_current
    INNER JOIN year_held AS y ON y.opens_on > a.valid_from AND y.opens_on > s.first_opens_on
),

pay AS (
    SELECT coalesce(exp(sum(ln(1 + a.award_pct / 100))), 1) AS pay_index
    FROM award AS a
),

left_by_wave AS (
    SELECT sum(w.share_of_target) AS share_gone
    FROM savings.exit_wave AS w
),

expected AS (
    SELECT
        sum(b.posts_removed_target * CAST(u.saving_per_post_gbp AS DOUBLE)) * w.share_gone * y.pay_index / 1000000
        * (1 - refilled.value) AS saving_gbp_m
    FROM workforce.baseline AS b
    INNER JOIN savings.unit_cost AS u ON u.body = b.body AND u.scenario_id = 'central'
    CROSS JOIN left_by_wave AS w
    CROSS JOIN pay AS y
    INNER JOIN evidence.parameter_value AS refilled
        ON refilled.parameter_id = 'backfill_share' AND refilled.is_current
    WHERE b.in_post_target
    GROUP BY w.share_gone, y.pay_index, refilled.value
),

actual AS (
    SELECT
        s.fy,
        CAST(sum(s.amount_gbp_m) AS DOUBLE) AS saving_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN span AS y ON y.last_fy = s.fy
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
