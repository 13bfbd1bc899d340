WITH found AS (
    SELECT
        h.*,
        m.unit,
        CAST(first_plan.amount_gbp_m AS DOUBLE) AS first_cash_gbp_m,
        CAST(last_plan.amount_gbp_m AS DOUBLE) AS last_cash_gbp_m,
        CAST(first_plan.amount_gbp_m AS DOUBLE) / nullif(first_index.index_value, 0) AS first_deflated,
        CAST(last_plan.amount_gbp_m AS DOUBLE) / nullif(last_index.index_value, 0) AS last_deflated,
        base_index.index_value AS base_index_value,
        last_year.start_year - first_year.start_year AS years
    FROM raw.published_headline AS h
    INNER JOIN evidence.measure AS m ON m.measure_id = h.measure_id
    INNER JOIN settlement.financial_year AS first_year ON first_year.fy = h.from_fy
    INNER JOIN settlement.financial_year AS last_year ON last_year.fy = h.to_fy
    INNER JOIN settlement.plan AS first_plan
        ON
            first_plan.vintage_id = h.from_vintage_id
            AND first_plan.fy = h.from_fy
            AND first_plan.line_id = h.line_id
    INNER JOIN settlement.plan AS last_plan
        ON
            last_plan.vintage_id = h.to_vintage_id
            AND last_plan.fy = h.to_fy
            AND last_plan.line_id = h.line_id
    INNER JOIN settlement.deflator AS first_index
        ON first_index.vintage_id = h.deflator_vintage_id AND first_index.fy = h.from_fy
    INNER JOIN settlement.deflator AS last_index
        ON last_index.vintage_id = h.deflator_vintage_id AND last_index.fy = h.to_fy
    LEFT JOIN settlement.deflator AS base_index
        ON base_index.vintage_id = h.deflator_vintage_id AND base_index.fy = h.base_fy
),

recomputed AS (
    SELECT
        f.*,
        CASE f.method
            WHEN 'average_real_growth'
                THEN (
                    power(f.last_deflated / nullif(f.first_deflated, 0), CAST(1 AS DOUBLE) / nullif(f.years, 0)) - 1
                ) * 100
            WHEN 'real_growth_year' THEN (f.last_deflated / nullif(f.first_deflated, 0) - 1) * 100
            WHEN 'real_increase' THEN (f.last_deflated - f.first_deflated) * f.base_index_value
            WHEN 'cash_increase' THEN f.last_cash_gbp_m - f.first_cash_gbp_m
            WHEN 'cash_level' THEN f.last_cash_gbp_m
        END AS recomputed
    FROM found AS f
)

SELECT
    r.headline_id,
    r.label,
    r.unit,
    r.published_value AS published,
    r.recomputed,
    r.recomputed - r.published_value AS difference,
    r.tolerance,
    abs(r.recomputed - r.published_value) <= r.tolerance AS within_tolerance,
    r.explanation,
    r.line_id,
    r.from_vintage_id,
    r.to_vintage_id,
    r.deflator_vintage_id,
    r.from_fy,
    r.to_fy,
    r.base_fy,
    r.source_id,
    r.confidence
FROM recomputed AS r
WHERE r.recomputed IS NOT NULL
