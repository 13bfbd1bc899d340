WITH obr AS (
    SELECT
        d.vintage_id,
        d.fy,
        d.growth_pct,
        d.known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
),

-- Every vintage of the OBR that was known on the day of the Treasury's, the last of them first.
known AS (
    SELECT
        t.published_on,
        o.vintage_id,
        row_number() OVER (PARTITION BY t.published_on ORDER BY o.known_from DESC, o.vintage_id DESC) AS place
    FROM raw.treasury_deflator AS t
    INNER JOIN obr AS o ON o.known_from <= t.published_on
    GROUP BY t.published_on, o.vintage_id, o.known_from
)

SELECT
    t.published_on,
    t.fy,
    t.base_fy,
    t.index_in_base,
    t.growth_pct AS treasury_growth_pct,
    t.is_forecast,
    k.vintage_id AS obr_vintage_id,
    o.growth_pct AS obr_growth_pct,
    t.growth_pct - o.growth_pct AS difference_points,
    t.source_id,
    t.confidence
FROM raw.treasury_deflator AS t
LEFT JOIN known AS k ON k.published_on = t.published_on AND k.place = 1
LEFT JOIN obr AS o ON o.vintage_id = k.vintage_id AND o.fy = t.fy
