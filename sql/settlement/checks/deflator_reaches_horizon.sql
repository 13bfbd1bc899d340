-- table: settlement.deflator
-- severity: error
-- title: Every deflator covers all years of an appraisal that starts in its first forecast year.
-- remedy: The horizon is longer than the published series can be carried forward; shorten it or seed earlier years.
WITH reach AS (
    SELECT
        d.vintage_id,
        min(CASE WHEN d.status = 'forecast' THEN CAST(split_part(d.fy, '-', 1) AS BIGINT) END) AS first_forecast_year,
        max(CAST(split_part(d.fy, '-', 1) AS BIGINT)) AS last_year
    FROM settlement.deflator AS d
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
