-- table: savings.organisation_exposure
-- identity: P1
-- severity: error
-- title: Counts of people are rounded and never small, and a suppressed count suppresses everything about the same people.
-- remedy: Publish counts only through nhs_assets/model/suppression.py.
WITH rule AS (
    SELECT
        CAST(max(CASE WHEN p.parameter_id = 'suppression_threshold_people' THEN p.value END) AS BIGINT) AS threshold,
        CAST(max(CASE WHEN p.parameter_id = 'rounding_base_people' THEN p.value END) AS BIGINT) AS base
    FROM evidence.parameter_value AS p
    WHERE p.is_current
)

SELECT
    e.scenario_id,
    e.ods_code,
    e.counts_suppressed,
    e.staff_rounded,
    e.posts_removed_rounded,
    e.exit_cost_gbp_m
FROM savings.organisation_exposure AS e
CROSS JOIN rule AS r
WHERE
    r.threshold IS NULL
    OR r.base IS NULL
    OR e.staff_rounded <= r.threshold
    OR e.posts_removed_rounded <= r.threshold
    OR floor(e.staff_rounded / nullif(r.base, 0)) * r.base <> e.staff_rounded
    OR floor(e.posts_removed_rounded / nullif(r.base, 0)) * r.base <> e.posts_removed_rounded
    OR e.counts_suppressed <> (e.staff_rounded IS NULL)
    OR e.counts_suppressed <> (e.posts_removed_rounded IS NULL)
    OR e.counts_suppressed <> (e.exit_cost_gbp_m IS NULL)
    OR (e.counts_suppressed AND (e.cut_pct IS NOT NULL OR e.bottom_up_running_cost_gbp_m IS NOT NULL))
