-- table: workforce.post_reduction_reading
-- identity: W2
-- severity: error
-- title: Every reading's headcount, posts, cut and difference from the one official total follow from each other.
-- remedy: A reading was worked out from another total or headcount than it shows; correct the reading.
SELECT
    r.reading_id,
    r.posts / nullif(r.baseline_heads, 0) * 100 AS expected_cut_pct,
    r.cut_pct AS actual_cut_pct,
    r.posts - p.value AS expected_difference_posts,
    r.difference_from_official_posts AS actual_difference_posts,
    r.posts AS actual_posts,
    r.baseline_heads AS expected_posts_at_most,
    r.boards_heads + coalesce(r.nhse_heads, 0) + coalesce(r.dhsc_heads, 0) AS expected_heads
FROM workforce.post_reduction_reading AS r
LEFT JOIN evidence.parameter_value AS p
    ON p.parameter_id = 'posts_removed_total' AND p.is_current
WHERE
    p.value IS NULL
    OR r.official_posts <> p.value
    OR r.posts > r.baseline_heads
    OR abs(r.baseline_heads - (r.boards_heads + coalesce(r.nhse_heads, 0) + coalesce(r.dhsc_heads, 0))) > 1e-6
    OR abs(
        r.posts - CASE
            WHEN r.posts_basis = 'stated_cut' THEN r.baseline_heads * r.stated_cut_pct / 100
            ELSE p.value
        END
    ) > 1e-6
    OR abs(r.cut_pct - r.posts / nullif(r.baseline_heads, 0) * 100) > 1e-6
    OR abs(r.difference_from_official_posts - (r.posts - p.value)) > 1e-6
    OR r.agrees_with_stated_cut <> (round(r.cut_pct) = round(r.stated_cut_pct))
