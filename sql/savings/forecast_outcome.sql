SELECT
    f.*,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(f.forecast_gbp_m - f.outturn_gbp_m AS DECIMAL(18, 6)) AS off_gbp_m,
    (CAST(f.forecast_gbp_m AS DOUBLE) / nullif(CAST(f.outturn_gbp_m AS DOUBLE), 0) - 1) * 100 AS off_pct,
    CASE
        WHEN f.forecast_gbp_m > f.outturn_gbp_m THEN 'too_high'
        WHEN f.forecast_gbp_m < f.outturn_gbp_m THEN 'too_low'
        ELSE 'within'
    END AS direction
FROM raw.forecast_case AS f
