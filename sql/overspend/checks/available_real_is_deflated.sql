-- table: overspend.available
-- identity: S3
-- severity: error
-- title: Real amounts are cash times the index of the base year over that of the year, by the latest deflator.
-- remedy: The deflator or the base year of the real columns is not the latest; check the vintages of the deflator.
WITH latest_deflator AS (
    SELECT DISTINCT d.vintage_id
    FROM settlement.deflator AS d
    WHERE
        d.status <> 'extended'
        AND d.known_from = (SELECT max(l.known_from) FROM settlement.deflator AS l WHERE l.status <> 'extended')
)

SELECT
    a.scenario_id,
    a.interpretation,
    a.profile_id,
    a.fy,
    CAST(a.available_for_services_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0) AS expected_real_gbp_m,
    a.real_available_gbp_m AS actual_real_gbp_m,
    CAST(a.moved_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0) AS expected_real_moved_gbp_m,
    a.real_moved_gbp_m AS actual_real_moved_gbp_m
FROM overspend.available AS a
CROSS JOIN latest_deflator AS l
LEFT JOIN settlement.deflator AS d ON d.fy = a.fy AND d.vintage_id = l.vintage_id
LEFT JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id AND base.fy = a.real_base_fy
WHERE
    base.index_value IS NULL
    OR abs(
        CAST(a.available_for_services_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0)
        - a.real_available_gbp_m
    ) > 1e-6
    OR abs(
        CAST(a.moved_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0) - a.real_moved_gbp_m
    ) > 1e-6
