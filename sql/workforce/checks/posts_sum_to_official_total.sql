-- table: workforce.baseline_before_succession
-- identity: W4
-- severity: error
-- title: Posts to go sum to the official upper bound, and are zero where it does not apply.
-- remedy: An organisation in the official count has no headcount for its share; complete the staffing estimates.
WITH shared AS (
    SELECT
        sum(b.posts_removed_target) AS posts,
        sum(CASE WHEN NOT b.in_post_target THEN b.posts_removed_target ELSE 0 END) AS posts_outside
    FROM workforce.baseline_before_succession AS b
)

SELECT
    p.value AS expected_posts,
    s.posts AS actual_posts,
    s.posts_outside AS actual_posts_outside_count
FROM shared AS s
LEFT JOIN evidence.parameter_value AS p
    ON p.parameter_id = 'posts_removed_total' AND p.is_current
WHERE
    p.value IS NULL
    OR s.posts IS NULL
    OR abs(s.posts - p.value) > 1e-6
    OR s.posts_outside <> 0
