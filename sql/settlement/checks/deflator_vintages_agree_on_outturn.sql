-- table: settlement.deflator
-- severity: warn
-- title: Deflator vintages agree on years that both of them call outturn.
-- remedy: A revision of the national accounts is no mistake, but real growth from that year moves; check it is meant.
SELECT
    later.fy,
    earlier.vintage_id AS earlier_vintage_id,
    later.vintage_id AS later_vintage_id,
    earlier.index_value AS expected_index,
    later.index_value AS actual_index,
    (later.index_value / nullif(earlier.index_value, 0) - 1) * 100 AS revision_pct
FROM settlement.deflator AS later
INNER JOIN settlement.deflator AS earlier
    ON earlier.fy = later.fy AND earlier.known_from < later.known_from
WHERE
    later.status = 'outturn'
    AND earlier.status = 'outturn'
    AND abs(later.index_value / nullif(earlier.index_value, 0) - 1) > 1e-6
