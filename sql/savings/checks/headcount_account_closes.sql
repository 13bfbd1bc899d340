-- table: savings.headcount_month
-- identity: W1
-- severity: error
-- title: Posts close at opening less exits, leavers and transfers out plus transfers in and joiners, and open the next.
-- remedy: A flow of posts is missing or booked to the wrong organisation; check the month of the transfer.
WITH followed AS (
    SELECT
        h.scenario_id,
        h.ods_code,
        h.month,
        h.opening_posts,
        h.closing_posts,
        coalesce(
            lag(h.closing_posts) OVER (PARTITION BY h.scenario_id, h.ods_code ORDER BY h.month), h.opening_posts
        ) AS expected_opening_posts,
        h.opening_posts - h.paid_exits - h.unpaid_leavers - h.transfers_out + h.transfers_in
        + h.joiners AS expected_closing_posts
    FROM savings.headcount_month AS h
)

SELECT
    f.scenario_id,
    f.ods_code,
    f.month,
    f.expected_opening_posts,
    f.opening_posts AS actual_opening_posts,
    f.expected_closing_posts,
    f.closing_posts AS actual_closing_posts
FROM followed AS f
WHERE
    abs(f.opening_posts - f.expected_opening_posts) > 1e-6
    OR abs(f.closing_posts - f.expected_closing_posts) > 1e-6
