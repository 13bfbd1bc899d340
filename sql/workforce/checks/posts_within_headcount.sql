-- table: workforce.baseline_before_succession
-- identity: W2
-- severity: error
-- title: No organisation loses more posts than it has people, or fewer than zero.
-- remedy: The official total exceeds the headcounts it is shared over, or a headcount is missing; check both.
SELECT
    b.ods_code,
    b.name,
    b.headcount AS expected_at_most,
    b.posts_removed_target AS actual_posts
FROM workforce.baseline_before_succession AS b
WHERE
    b.posts_removed_target < 0
    OR b.posts_removed_target > coalesce(b.headcount, 0)
    OR (b.in_post_target AND b.posts_removed_target = 0)
