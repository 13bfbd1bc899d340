-- table: settlement.deflator
-- severity: error
-- title: Every deflator covers all years of an appraisal that starts in its first forecast year.
-- remedy: The horizon is not set, or the forecast marks no year as forecast; correct the parameter or the deflator seed.
WITH reach AS (
    SELECT
        d.vintage_id,
        min(CASE WHEN d.status = 'forecast' THEN y.start_year END) AS first_forecast_year,
        max(y.start_year) AS last_year
    FROM settlement.deflator AS d
    INNER JOIN settlement.financial_year AS y ON y.fy = d.fy
    GROUP BY d.vintage_id
)

SELECT
    r.vintage_id,
    r.first_forecast_year + horizon.value - 1 AS expected_last_year,
    r.last_year AS actual_last_year
FROM reach AS r
LEFT JOIN evidence.parameter_value AS horizon
    ON horizon.parameter_id = 'appraisal_horizon_years' AND horizon.is_current
WHERE
    r.first_forecast_year IS NULL
    OR horizon.value IS NULL
    OR r.last_year < r.first_forecast_year + horizon.value - 1
