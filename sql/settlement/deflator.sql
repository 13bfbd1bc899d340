WITH published AS (
    SELECT
        d.vintage_id,
        d.fy,
        y.start_year,
        d.index_value,
        d.growth_pct,
        CASE WHEN d.is_forecast THEN 'forecast' ELSE 'outturn' END AS status,
        -- As of a day before any, a deflator is borrowed without its vintage.
        coalesce(v.known_from, s.known_from) AS known_from,
        d.source_id,
        d.confidence
    FROM raw.gdp_deflator AS d
    INNER JOIN evidence.source AS s ON s.source_id = d.source_id
    LEFT JOIN evidence.vintage AS v ON v.vintage_id = d.vintage_id
    INNER JOIN settlement.financial_year AS y ON y.fy = d.fy
),

span AS (
    SELECT
        p.vintage_id,
        max(p.start_year) AS last_year,
        min(CASE WHEN p.status = 'forecast' THEN p.start_year END) AS first_forecast_year
    FROM published AS p
    GROUP BY p.vintage_id
)

SELECT
    p.vintage_id,
    p.fy,
    p.index_value,
    p.growth_pct,
    p.status,
    p.known_from,
    p.source_id,
    p.confidence
FROM published AS p
UNION ALL
SELECT
    l.vintage_id,
    y.fy,
    l.index_value * power(1 + growth.value / 100, y.start_year - l.start_year) AS index_value,
    growth.value AS growth_pct,
    'extended' AS status,
    l.known_from,
    growth.source_id,
    'E' AS confidence
FROM span AS s
INNER JOIN published AS l ON l.vintage_id = s.vintage_id AND l.start_year = s.last_year
INNER JOIN evidence.parameter_value AS growth
    ON growth.parameter_id = 'deflator_extension_pct' AND growth.is_current
INNER JOIN evidence.parameter_value AS horizon
    ON horizon.parameter_id = 'appraisal_horizon_years' AND horizon.is_current
INNER JOIN settlement.financial_year AS y
    ON y.start_year > s.last_year AND y.start_year < s.first_forecast_year + horizon.value
