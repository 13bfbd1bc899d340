-- table: savings.organisation_exposure
-- severity: error
-- title: The envelope is the target per head times population, and the gap is bottom-up less envelope.
-- remedy: The population, the target or one of the columns was changed alone; build savings.organisation_exposure again.
WITH target AS (
    SELECT p.value
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'running_cost_target_gbp_per_head' AND p.is_current
)

SELECT
    e.scenario_id,
    e.ods_code,
    t.value * e.registered_population / 1000000 AS expected_envelope_gbp_m,
    e.target_running_cost_gbp_m AS actual_envelope_gbp_m,
    e.envelope_gap_gbp_m,
    e.envelope_gap_pct
FROM savings.organisation_exposure AS e
LEFT JOIN target AS t ON TRUE
WHERE
    e.registered_population IS NOT NULL
    AND (
        t.value IS NULL
        OR e.target_running_cost_gbp_m IS NULL
        OR abs(CAST(e.target_running_cost_gbp_m AS DOUBLE) - t.value * e.registered_population / 1000000) > 1e-6
        OR e.envelope_gap_gbp_m <> e.bottom_up_running_cost_gbp_m - e.target_running_cost_gbp_m
        OR abs(
            e.envelope_gap_pct
            - CAST(e.envelope_gap_gbp_m AS DOUBLE) / nullif(CAST(e.target_running_cost_gbp_m AS DOUBLE), 0) * 100
        ) > 1e-6
    )
