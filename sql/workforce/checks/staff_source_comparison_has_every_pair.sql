-- table: workforce.staff_source_comparison
-- identity: W4
-- severity: error
-- title: Every body and month in both staff statistics is compared, with the figures of both.
-- remedy: Compare raw.staff_group_month and workforce.staff_month_before_succession with sql/workforce/staff_source_comparison.sql.
SELECT
    g.ods_code,
    g.month,
    m.fte AS expected_average_fte,
    c.average_fte AS actual_average_fte,
    g.fte AS expected_month_end_fte,
    c.month_end_fte AS actual_month_end_fte,
    c.difference_fte AS actual_difference_fte
FROM raw.staff_group_month AS g
INNER JOIN workforce.staff_month_before_succession AS m ON m.ods_code = g.ods_code AND m.month = g.month
LEFT JOIN workforce.staff_source_comparison AS c ON c.ods_code = g.ods_code AND c.month = g.month
WHERE
    g.staff_group = 'all_staff'
    AND (
        c.ods_code IS NULL
        OR c.average_fte <> m.fte
        OR c.month_end_fte <> g.fte
        OR abs(c.difference_fte - (g.fte - m.fte)) > 1e-6
    )
