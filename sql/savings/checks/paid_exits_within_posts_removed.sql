-- table: savings.headcount_month
-- identity: W5
-- severity: error
-- title: Nationally, no more people are paid to leave than posts go, month by month.
-- remedy: The paid share exceeds one, or posts are filled again while people are paid to leave; check both.
WITH national AS (
    SELECT
        h.scenario_id,
        h.month,
        sum(h.paid_exits) AS paid_exits,
        sum(h.opening_posts) - sum(h.closing_posts) AS posts_removed
    FROM savings.headcount_month AS h
    GROUP BY h.scenario_id, h.month
)

SELECT
    n.scenario_id,
    n.month,
    n.posts_removed AS expected_paid_exits_at_most,
    n.paid_exits AS actual_paid_exits
FROM national AS n
WHERE n.paid_exits > n.posts_removed + 1e-6
