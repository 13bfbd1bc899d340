-- table: settlement.deflator
-- severity: warn
-- title: Deflator vintages agree on the growth of years that both of them call outturn.
-- remedy: A revision of the national accounts is no mistake, but real growth from that year moves; check it is meant.
-- Growth is compared, because publishers choose different base years.
SELECT
    later.fy,
    earlier.vintage_id AS earlier_vintage_id,
    later.vintage_id AS later_vintage_id,
    earlier.growth_pct AS expected_growth_pct,
    later.growth_pct AS actual_growth_pct,
    later.growth_pct - earlier.growth_pct AS revision_points
FROM settlement.deflator AS later
INNER JOIN settlement.deflator AS earlier
    ON earlier.fy = later.fy AND earlier.known_from < later.known_from
INNER JOIN evidence.parameter_value AS tolerance
    ON tolerance.parameter_id = 'deflator_revision_tolerance_points' AND tolerance.is_current
WHERE
    later.status = 'outturn'
    AND earlier.status = 'outturn'
    AND abs(later.growth_pct - earlier.growth_pct) > tolerance.value
