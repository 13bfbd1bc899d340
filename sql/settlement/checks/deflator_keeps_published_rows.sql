-- table: settlement.deflator
-- identity: S7
-- severity: error
-- title: Every published index reaches the table once, unchanged, with the day its vintage became known.
-- remedy: Add the vintage to the vintage seed or to the origin file in its folder; a later figure is a row of a later vintage, never an edit.
WITH landed AS (
    SELECT
        d.vintage_id,
        d.fy,
        count(*) AS landed_rows,
        min(d.index_value) AS index_value,
        min(d.growth_pct) AS growth_pct,
        min(d.known_from) AS known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
    GROUP BY d.vintage_id, d.fy
)

SELECT
    r.vintage_id,
    r.fy,
    r.index_value AS expected_index,
    l.index_value AS actual_index,
    r.growth_pct AS expected_growth_pct,
    l.growth_pct AS actual_growth_pct,
    l.landed_rows AS actual_rows,
    v.known_from AS expected_known_from,
    l.known_from AS actual_known_from
FROM raw.gdp_deflator AS r
LEFT JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
LEFT JOIN landed AS l ON l.vintage_id = r.vintage_id AND l.fy = r.fy
WHERE
    v.vintage_id IS NULL
    OR l.vintage_id IS NULL
    OR l.landed_rows <> 1
    OR l.index_value <> r.index_value
    OR l.growth_pct <> r.growth_pct
    OR l.known_from <> v.known_from
