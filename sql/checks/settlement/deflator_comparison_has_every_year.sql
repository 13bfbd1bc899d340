-- table: settlement.deflator_comparison
-- identity: S7
-- severity: error
-- title: Every year of every deflator of the Treasury is there once, beside the growth that the OBR's vintage gives it.
-- remedy: Compare raw.treasury_deflator and settlement.deflator with sql/settlement/deflator_comparison.sql.
WITH landed AS (
    SELECT
        c.published_on,
        c.fy,
        count(*) AS landed_rows,
        min(c.treasury_growth_pct) AS treasury_growth_pct,
        min(c.obr_vintage_id) AS obr_vintage_id,
        min(c.obr_growth_pct) AS obr_growth_pct,
        min(c.difference_points) AS difference_points
    FROM settlement.deflator_comparison AS c
    GROUP BY c.published_on, c.fy
)

SELECT
    t.published_on,
    t.fy,
    t.growth_pct AS expected_growth_pct,
    l.treasury_growth_pct AS actual_growth_pct,
    d.growth_pct AS expected_obr_growth_pct,
    l.obr_growth_pct AS actual_obr_growth_pct,
    l.difference_points AS actual_difference_points,
    l.landed_rows AS actual_rows
FROM raw.treasury_deflator AS t
LEFT JOIN landed AS l ON l.published_on = t.published_on AND l.fy = t.fy
LEFT JOIN settlement.deflator AS d
    ON
        d.vintage_id = l.obr_vintage_id
        AND d.fy = t.fy
        AND d.status <> 'extended'
WHERE
    l.landed_rows IS NULL
    OR l.landed_rows <> 1
    OR coalesce(l.treasury_growth_pct, 0) <> coalesce(t.growth_pct, 0)
    OR coalesce(l.obr_growth_pct, 0) <> coalesce(d.growth_pct, 0)
    OR abs(coalesce(l.difference_points, 0) - coalesce(t.growth_pct - d.growth_pct, 0)) > 1e-6
