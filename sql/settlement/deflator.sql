WITH published AS (
    SELECT
        d.vintage_id,
        d.fy,
        CAST(split_part(d.fy, '-', 1) AS BIGINT) AS start_year,
        d.index_value,
        d.growth_pct,
        d.is_forecast,
        v.known_from,
        d.source_id,
        d.confidence,
        row_number() OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS ordinal
    FROM raw.gdp_deflator AS d
    INNER JOIN evidence.vintage AS v ON v.vintage_id = d.vintage_id
),

span AS (
    SELECT
        p.vintage_id,
        max(p.start_year) AS last_year,
        min(CASE WHEN p.is_forecast THEN p.start_year END) AS first_forecast_year
    FROM published AS p
    GROUP BY p.vintage_id
),

last_published AS (
    SELECT
        p.vintage_id,
        p.index_value,
        p.known_from,
        s.last_year,
        s.first_forecast_year
    FROM published AS p
    INNER JOIN span AS s ON s.vintage_id = p.vintage_id AND s.last_year = p.start_year
),

-- The published years are counted off once more past the last of them: a spine of years that every engine can join.
extended AS (
    SELECT
        l.vintage_id,
        l.last_year + p.ordinal AS start_year,
        l.index_value * power(1 + growth.value / 100, p.ordinal) AS index_value,
        growth.value AS growth_pct,
        greatest(l.known_from, growth.known_from, horizon.known_from) AS known_from,
        growth.source_id
    FROM last_published AS l
    INNER JOIN published AS p ON p.vintage_id = l.vintage_id
    INNER JOIN evidence.parameter_value AS growth
        ON growth.parameter_id = 'deflator_extension_pct' AND growth.is_current
    INNER JOIN evidence.parameter_value AS horizon
        ON horizon.parameter_id = 'appraisal_horizon_years' AND horizon.is_current
    WHERE l.last_year + p.ordinal < l.first_forecast_year + horizon.value
)

SELECT
    p.vintage_id,
    p.fy,
    p.index_value,
    p.growth_pct,
    CASE WHEN p.is_forecast THEN 'forecast' ELSE 'outturn' END AS status,
    p.known_from,
    p.source_id,
    p.confidence
FROM published AS p
UNION ALL
SELECT
    e.vintage_id,
    concat(CAST(e.start_year AS VARCHAR), '-', right(CAST(e.start_year + 1 AS VARCHAR), 2)) AS fy,
    e.index_value,
    e.growth_pct,
    'extended' AS status,
    e.known_from,
    e.source_id,
    'E' AS confidence
FROM extended AS e
