-- table: workforce.staff_month_before_succession
-- identity: W4
-- severity: error
-- title: Every board open in a month, and every other body that has staff data at all, has staff data for it.
-- remedy: Add the body's row to the staff month file; a board without staff gets no share of headcount or posts.
WITH held_month AS (
    SELECT DISTINCT s.month
    FROM workforce.staff_month_before_succession AS s
),

held_body AS (
    SELECT DISTINCT s.ods_code
    FROM workforce.staff_month_before_succession AS s
)

SELECT
    o.ods_code,
    o.name,
    m.month AS expected_month,
    s.fte AS actual_fte
FROM workforce.organisation AS o
CROSS JOIN held_month AS m
LEFT JOIN held_body AS h ON h.ods_code = o.ods_code
LEFT JOIN workforce.staff_month_before_succession AS s ON s.ods_code = o.ods_code AND s.month = m.month
WHERE
    (o.body = 'icb' OR h.ods_code IS NOT NULL)
    AND o.valid_from <= m.month
    AND (o.valid_to IS NULL OR o.valid_to >= m.month)
    AND s.fte IS NULL
