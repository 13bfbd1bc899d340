-- table: savings.organisation_exposure
-- identity: R7
-- severity: error
-- title: Boards are ranked by cost over running cost, each once, and the quantiles of a rank rise.
-- remedy: A rank or the cost behind it was changed alone; build savings.organisation_exposure again.
WITH ranked AS (
    SELECT
        e.scenario_id,
        e.ods_code,
        e.exposure_rank,
        e.exposure_rank_p10,
        e.exposure_rank_p50,
        e.exposure_rank_p90,
        e.exit_cost_over_running_cost_pct,
        CAST(e.exit_cost_gbp_m AS DOUBLE) / nullif(CAST(e.running_cost_allowance_gbp_m AS DOUBLE), 0) * 100
            AS expected_pct,
        rank() OVER (
            PARTITION BY e.scenario_id
            ORDER BY e.exit_cost_over_running_cost_pct DESC
        ) AS expected_rank,
        count(*) OVER (PARTITION BY e.scenario_id) AS boards
    FROM savings.organisation_exposure AS e
    WHERE e.exit_cost_over_running_cost_pct IS NOT NULL
)

SELECT
    r.scenario_id,
    r.ods_code,
    r.expected_rank,
    r.exposure_rank AS actual_rank,
    r.exposure_rank_p10,
    r.exposure_rank_p50,
    r.exposure_rank_p90
FROM ranked AS r
WHERE
    r.exposure_rank IS NULL
    OR r.exposure_rank < r.expected_rank
    OR r.exposure_rank > r.boards
    OR r.exposure_rank_p90 > r.boards
    OR r.exposure_rank_p10 > r.exposure_rank_p50
    OR r.exposure_rank_p50 > r.exposure_rank_p90
    OR abs(r.exit_cost_over_running_cost_pct - r.expected_pct) > 1e-6
