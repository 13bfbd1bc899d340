WITH held AS (
    SELECT
        d.vintage_id,
        d.fy,
        d.growth_pct,
        d.known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
),

-- Every vintage that was known on the day of the Treasury's workbook, the last of them first.
known AS (
    SELECT
        t.published_on,
        h.vintage_id,
        row_number() OVER (PARTITION BY t.published_on ORDER BY h.known_from DESC, h.vintage_id DESC) AS place
    FROM raw.treasury_deflator AS t
    INNER JOIN held AS h ON h.known_from <= t.published_on
    GROUP BY t.published_on, h.vintage_id, h.known_from
)

SELECT
    t.published_on,
    t.fy,
    t.base_fy,
    t.index_in_base,
    t.growth_pct AS treasury_growth_pct,
    t.is_forecast,
    k.vintage_id AS held_vintage_id,
    h.growth_pct AS held_growth_pct,
    t.growth_pct - h.growth_pct AS difference_points,
    t.source_id,
    t.confidence
FROM raw.treasury_deflator AS t
LEFT JOIN known AS k ON k.published_on = t.published_on AND k.place = 1
LEFT JOIN held AS h ON h.vintage_id = k.vintage_id AND h.fy = t.fy
