-- table: workforce.post_reduction_reading
-- identity: M1
-- severity: error
-- title: The headcount under the official reading is the sum of the central stated headcounts of the bodies it covers.
-- remedy: A body in the official count has no central headcount, or two; check the staffing estimates.
WITH stated AS (
    SELECT sum(e.value_central) AS heads
    FROM workforce.stated_staffing AS e
    WHERE e.is_central AND e.measure_id = concat('headcount_', e.body)
)

SELECT
    r.reading_id,
    s.heads AS expected_heads,
    r.baseline_heads AS actual_heads
FROM stated AS s
LEFT JOIN workforce.post_reduction_reading AS r ON r.reading_id = 'official_all_bodies'
WHERE r.baseline_heads IS NULL OR s.heads IS NULL OR abs(r.baseline_heads - s.heads) > 1e-6
