-- table: workforce.baseline_before_succession
-- identity: W4
-- severity: error
-- title: Every organisation open in the month of the staff count has exactly one row, and every board has staff.
-- remedy: Check the dates of the organisation's rows, and that the month's staff statistics cover every board.
WITH latest AS (
    SELECT max(s.month) AS as_of
    FROM workforce.staff_month_before_succession AS s
),

standing AS (
    SELECT DISTINCT
        o.ods_code,
        o.body
    FROM workforce.organisation AS o
    CROSS JOIN latest AS l
    WHERE o.valid_from <= l.as_of AND (o.valid_to IS NULL OR o.valid_to >= l.as_of)
)

SELECT
    s.ods_code,
    s.body,
    1 AS expected_rows,
    count(b.ods_code) AS actual_rows,
    max(b.fte) AS actual_fte
FROM standing AS s
LEFT JOIN workforce.baseline_before_succession AS b ON b.ods_code = s.ods_code
GROUP BY s.ods_code, s.body
HAVING count(b.ods_code) <> 1 OR (s.body = 'icb' AND max(b.fte) IS NULL)
