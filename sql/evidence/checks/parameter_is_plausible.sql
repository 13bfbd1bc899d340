-- table: evidence.parameter_value
-- severity: error
-- title: Parameters that repeat a reported quantity lie within its range; no share or per cent exceeds a whole.
-- remedy: Look for a misplaced zero or a wrong unit in the parameter file; widen a measure only with a reason.
WITH reported AS (
    SELECT 'operations_per_gbp_1000m' AS parameter_id, 'operations_per_gbp_1000m' AS measure_id
    UNION ALL
    SELECT 'organisation_count_icb' AS parameter_id, 'icb_count' AS measure_id
    UNION ALL
    SELECT 'posts_removed_total' AS parameter_id, 'posts_removed' AS measure_id
    UNION ALL
    SELECT 'press_overspend_gbp_m' AS parameter_id, 'permitted_overspend_amount' AS measure_id
    UNION ALL
    SELECT 'press_programme_cost_gbp_m' AS parameter_id, 'programme_cost' AS measure_id
    UNION ALL
    SELECT 'reprofiled_amount_gbp_m' AS parameter_id, 'reprofiled_amount' AS measure_id
    UNION ALL
    SELECT 'stated_annual_saving_gbp_m' AS parameter_id, 'annual_saving' AS measure_id
    UNION ALL
    SELECT 'stated_cut_share_pct' AS parameter_id, 'headcount_cut_pct' AS measure_id
    UNION ALL
    SELECT 'stated_programme_cost_gbp_m' AS parameter_id, 'programme_cost' AS measure_id
),

ranged AS (
    SELECT
        p.parameter_id,
        p.valid_from,
        p.unit,
        p.low,
        p.high,
        m.plausible_low,
        coalesce(m.plausible_high, CASE p.unit WHEN 'share' THEN 1 WHEN '%' THEN 100 END) AS plausible_high,
        r.measure_id IS NOT NULL AND m.measure_id IS NULL AS lacks_measure
    FROM evidence.parameter_value AS p
    LEFT JOIN reported AS r ON r.parameter_id = p.parameter_id
    LEFT JOIN evidence.measure AS m ON m.measure_id = r.measure_id
)

SELECT
    r.parameter_id,
    r.valid_from,
    r.unit,
    r.plausible_low AS expected_low,
    r.plausible_high AS expected_high,
    r.low AS actual_low,
    r.high AS actual_high
FROM ranged AS r
WHERE r.lacks_measure OR r.low < r.plausible_low OR r.high > r.plausible_high
