-- table: settlement.deflator_comparison
-- identity: S7
-- severity: error
-- title: Every year of every deflator of the Treasury is there, beside the growth of the last vintage held on the day.
-- remedy: Compare raw.treasury_deflator and settlement.deflator with sql/settlement/deflator_comparison.sql.
WITH obr AS (
    SELECT
        d.vintage_id,
        min(d.known_from) AS known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
    GROUP BY d.vintage_id
),

last_day AS (
    SELECT
        t.published_on,
        t.fy,
        max(o.known_from) AS known_from
    FROM raw.treasury_deflator AS t
    LEFT JOIN obr AS o ON o.known_from <= t.published_on
    GROUP BY t.published_on, t.fy
)

SELECT
    t.published_on,
    t.fy,
    o.vintage_id AS expected_vintage_id,
    c.held_vintage_id AS actual_vintage_id,
    t.growth_pct AS expected_growth_pct,
    c.treasury_growth_pct AS actual_growth_pct,
    d.growth_pct AS expected_held_growth_pct,
    c.held_growth_pct AS actual_held_growth_pct,
    c.difference_points AS actual_difference_points
FROM raw.treasury_deflator AS t
INNER JOIN last_day AS l ON l.published_on = t.published_on AND l.fy = t.fy
LEFT JOIN obr AS o ON o.known_from = l.known_from
LEFT JOIN settlement.deflator AS d
    ON
        d.vintage_id = o.vintage_id
        AND d.fy = t.fy
        AND d.status <> 'extended'
LEFT JOIN settlement.deflator_comparison AS c ON c.published_on = t.published_on AND c.fy = t.fy
WHERE
    c.fy IS NULL
    OR coalesce(c.held_vintage_id, '') <> coalesce(o.vintage_id, '')
    OR coalesce(c.treasury_growth_pct, 0) <> coalesce(t.growth_pct, 0)
    OR coalesce(c.held_growth_pct, 0) <> coalesce(d.growth_pct, 0)
    OR abs(coalesce(c.difference_points, 0) - coalesce(t.growth_pct - d.growth_pct, 0)) > 1e-6
