-- table: overspend.scenario_recoup
-- severity: warn
-- title: No scenario whose saving differs from the central one uses a profile that follows savings.
-- remedy: Profiles that follow savings follow the central ones; choose one with stated shares for this scenario.
WITH central AS (
    SELECT
        r.interpretation,
        r.fy,
        max(r.net_saving_gbp_m) AS net_saving_gbp_m
    FROM overspend.scenario_recoup AS r
    WHERE r.scenario_id = 'central'
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
LEFT JOIN central AS c ON c.interpretation = r.interpretation AND c.fy = r.fy
WHERE
    r.profile_id IN ('proportional_to_savings', 'savings_capped')
    AND (c.net_saving_gbp_m IS NULL OR r.net_saving_gbp_m <> c.net_saving_gbp_m)
