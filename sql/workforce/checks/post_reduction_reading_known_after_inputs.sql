-- table: workforce.post_reduction_reading
-- identity: M5
-- severity: error
-- title: No reading of the cut is known before the numbers it is worked out from.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/post_reduction_reading.sql.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('posts_removed_total', 'stated_cut_share_pct')
    UNION ALL
    SELECT max(e.known_from) AS known_from
    FROM workforce.stated_staffing AS e
    WHERE e.measure_id IN ('headcount_icb', 'headcount_nhse', 'headcount_dhsc')
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    r.reading_id,
    l.known_from AS expected_not_before,
    r.known_from AS actual_known_from
FROM workforce.post_reduction_reading AS r
CROSS JOIN last_known AS l
WHERE r.known_from < l.known_from
