-- table: workforce.baseline
-- identity: M5
-- severity: error
-- title: No baseline is known before the last of its staff counts and the numbers it is shared out by.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/baseline.sql.
WITH inputs AS (
    SELECT max(s.known_from) AS known_from
    FROM workforce.staff_month AS s
    UNION ALL
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('running_cost_target_gbp_per_head', 'posts_removed_total')
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    b.ods_code,
    l.known_from AS expected_not_before,
    b.known_from AS actual_known_from
FROM workforce.baseline AS b
CROSS JOIN last_known AS l
WHERE b.known_from < l.known_from
