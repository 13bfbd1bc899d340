-- table: settlement.deflator_comparison
-- severity: warn
-- title: The Treasury's growth of the deflator is near that of the OBR, year by year.
-- remedy: See which of the two is older: revisions of the national accounts reach the Treasury's file first. A year far off may stand in the wrong row.
SELECT
    c.published_on,
    c.fy,
    c.obr_vintage_id,
    c.obr_growth_pct AS expected_growth_pct,
    c.treasury_growth_pct AS actual_growth_pct,
    c.difference_points,
    t.value AS tolerance_points
FROM settlement.deflator_comparison AS c
LEFT JOIN evidence.parameter_value AS t
    ON t.parameter_id = 'deflator_comparison_tolerance_points' AND t.is_current
WHERE t.value IS NULL OR abs(c.difference_points) > t.value
