-- table: overspend.scenario_recoup
-- severity: warn
-- title: No scenario whose saving differs from the best estimate uses a profile that follows savings.
-- remedy: Profiles that follow savings follow the best estimate; choose one with stated shares for this scenario.
WITH best_estimate AS (
    SELECT
        r.interpretation,
        r.fy,
        max(r.net_saving_gbp_m) AS net_saving_gbp_m
    FROM overspend.scenario_recoup AS r
    WHERE r.scenario_id = 'best_estimate'
    GROUP BY r.interpretation, r.fy
)

SELECT
    r.scenario_id,
    r.interpretation,
    r.profile_id,
    r.fy,
    c.net_saving_gbp_m AS expected_net_saving_gbp_m,
    r.net_saving_gbp_m AS actual_net_saving_gbp_m
FROM overspend.scenario_recoup AS r
LEFT JOIN best_estimate AS c ON c.interpretation = r.interpretation AND c.fy = r.fy
WHERE
    r.profile_id IN ('proportional_to_savings', 'savings_capped')
    AND (c.net_saving_gbp_m IS NULL OR r.net_saving_gbp_m <> c.net_saving_gbp_m)
