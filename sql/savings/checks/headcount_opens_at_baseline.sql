-- table: savings.headcount_month
-- identity: W2
-- severity: error
-- title: Each organisation opens with its baseline headcount, and loses no more posts than it had or took over.
-- remedy: The baseline changed without the flows, or an organisation loses more posts than it has; check both.
WITH life AS (
    SELECT
        h.scenario_id,
        h.ods_code,
        sum(h.paid_exits + h.unpaid_leavers - h.joiners) AS removed_posts,
        sum(h.transfers_in) AS taken_over_posts,
        max(CASE WHEN h.month = o.first_month THEN h.opening_posts END) AS opening_posts
    FROM savings.headcount_month AS h
    CROSS JOIN (
        SELECT min(m.month) AS first_month
        FROM savings.headcount_month AS m
    ) AS o
    GROUP BY h.scenario_id, h.ods_code
)

SELECT
    l.scenario_id,
    l.ods_code,
    b.headcount AS expected_opening_posts,
    l.opening_posts AS actual_opening_posts,
    b.headcount + l.taken_over_posts AS expected_removed_at_most,
    l.removed_posts AS actual_removed_posts
FROM life AS l
LEFT JOIN workforce.baseline AS b ON b.ods_code = l.ods_code
WHERE
    b.headcount IS NULL
    OR l.opening_posts IS NULL
    OR abs(l.opening_posts - b.headcount) > 1e-6
    OR l.removed_posts < 0 - 1e-6
    OR l.removed_posts > b.headcount + l.taken_over_posts + 1e-6
