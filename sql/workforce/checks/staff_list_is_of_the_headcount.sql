-- table: workforce.cell
-- severity: warn
-- title: A staff list has about as many people as the headcount behind the organisation's posts to go.
-- remedy: Check that the list covers the whole organisation on one day; the cost follows the list, the posts to go do not.
WITH listed AS (
    SELECT
        w.ods_code,
        sum(w.posts) AS posts
    FROM workforce.cell AS w
    WHERE w.origin_kind = 'measured'
    GROUP BY w.ods_code
)

SELECT
    l.ods_code,
    b.headcount AS expected_heads,
    l.posts AS actual_heads,
    t.value AS tolerance_pct
FROM listed AS l
LEFT JOIN workforce.baseline_before_succession AS b ON b.ods_code = l.ods_code
LEFT JOIN evidence.parameter_value AS t
    ON t.parameter_id = 'staff_list_headcount_tolerance_pct' AND t.is_current
WHERE
    b.headcount IS NULL
    OR t.value IS NULL
    OR abs(l.posts - b.headcount) * 100 > t.value * b.headcount
