-- table: overspend.available
-- severity: error
-- title: Taken back as agreed, the official reading reproduces the published plan.
-- remedy: The move and the plan come from different vintages, or a year of the re-profile is missing.
WITH reading AS (
    SELECT
        a.scenario_id,
        a.interpretation,
        a.profile_id,
        a.fy,
        a.plan_after_move_gbp_m,
        i.vintage_id
    FROM overspend.available AS a
    INNER JOIN overspend.instrument AS i ON i.interpretation = a.interpretation AND i.fy = a.fy
    WHERE a.interpretation = 'official_reprofile' AND a.profile_id = 'as_agreed'
)

SELECT
    r.scenario_id,
    r.interpretation,
    r.profile_id,
    r.fy,
    p.amount_gbp_m AS expected_after_gbp_m,
    r.plan_after_move_gbp_m AS actual_after_gbp_m
FROM reading AS r
LEFT JOIN settlement.plan AS p
    ON p.vintage_id = r.vintage_id AND p.fy = r.fy AND p.line_id = 'dhsc_rdel'
WHERE p.amount_gbp_m IS NULL OR p.amount_gbp_m <> r.plan_after_move_gbp_m
