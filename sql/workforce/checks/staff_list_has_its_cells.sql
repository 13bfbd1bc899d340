-- table: workforce.cell
-- identity: P3
-- severity: error
-- title: Everyone counted in a staff list is in a measured cell of the organisation, and no one else is.
-- remedy: Name the file after a body in the count of posts that the staff statistics count (workforce.organisation, is_counted).
WITH listed AS (
    SELECT
        l.ods_code,
        sum(l.staff_rounded) AS people
    FROM raw.staff_list AS l
    GROUP BY l.ods_code
),

held AS (
    SELECT
        c.ods_code,
        sum(CASE WHEN c.origin_kind = 'measured' THEN c.posts ELSE 0 END) AS measured,
        sum(CASE WHEN c.origin_kind = 'imputed' THEN c.posts ELSE 0 END) AS imputed
    FROM workforce.cell AS c
    GROUP BY c.ods_code
)

SELECT
    coalesce(l.ods_code, h.ods_code) AS ods_code,
    l.people AS expected_people,
    h.measured AS actual_measured_posts,
    h.imputed AS actual_imputed_posts
FROM listed AS l
FULL OUTER JOIN held AS h ON h.ods_code = l.ods_code
WHERE
    coalesce(h.measured, 0) <> coalesce(l.people, 0)
    OR (l.people IS NOT NULL AND coalesce(h.imputed, 0) <> 0)
