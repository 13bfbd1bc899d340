-- table: workforce.baseline_before_succession
-- identity: W4
-- severity: error
-- title: Staff, population and posts of the regions sum to those of all boards.
-- remedy: A board has no region, is in two, or is missing from the baseline; check the organisation seed.
WITH region AS (
    SELECT
        sum(CASE WHEN b.region_code IS NOT NULL THEN b.fte END) AS fte,
        sum(CASE WHEN b.region_code IS NOT NULL THEN b.registered_population END) AS people,
        sum(CASE WHEN b.region_code IS NOT NULL THEN b.posts_removed_target END) AS posts,
        sum(b.posts_removed_target) AS national_posts
    FROM workforce.baseline_before_succession AS b
    WHERE b.body = 'icb'
),

latest AS (
    SELECT max(s.month) AS as_of
    FROM workforce.staff_month_before_succession AS s
),

national AS (
    SELECT
        sum(s.fte) AS fte,
        sum(o.registered_population) AS people
    FROM workforce.organisation AS o
    CROSS JOIN latest AS l
    LEFT JOIN workforce.staff_month_before_succession AS s ON s.ods_code = o.ods_code AND s.month = l.as_of
    WHERE o.body = 'icb' AND o.valid_from <= l.as_of AND (o.valid_to IS NULL OR o.valid_to >= l.as_of)
)

SELECT
    n.fte AS expected_fte,
    r.fte AS actual_fte,
    CAST(n.people AS BIGINT) AS expected_people,
    CAST(r.people AS BIGINT) AS actual_people,
    r.national_posts AS expected_posts,
    r.posts AS actual_posts
FROM national AS n
CROSS JOIN region AS r
WHERE
    r.fte IS NULL
    OR abs(r.fte - n.fte) > 1e-6
    OR r.people <> n.people
    OR abs(r.posts - r.national_posts) > 1e-6
