-- table: workforce.staff_month
-- identity: W4
-- severity: error
-- title: Every organisation with staff data has it for every month that is held, and every row published is kept.
-- remedy: A month's file is missing organisations or names an organisation not held; complete the file, do not skip it.
WITH held_month AS (
    SELECT DISTINCT s.month
    FROM raw.staff_month AS s
),

held_organisation AS (
    SELECT DISTINCT s.ods_code
    FROM raw.staff_month AS s
)

SELECT
    o.ods_code,
    m.month,
    published.fte AS expected_fte,
    s.fte AS actual_fte
FROM held_organisation AS o
CROSS JOIN held_month AS m
LEFT JOIN raw.staff_month AS published ON published.ods_code = o.ods_code AND published.month = m.month
LEFT JOIN workforce.staff_month AS s ON s.ods_code = o.ods_code AND s.month = m.month
WHERE s.fte IS NULL OR published.fte IS NULL OR s.fte <> published.fte
