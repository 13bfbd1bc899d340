SELECT
    m.ods_code,
    m.month,
    m.name,
    m.body,
    m.fte AS average_fte,
    g.fte AS month_end_fte,
    g.headcount AS month_end_headcount,
    g.fte - m.fte AS difference_fte,
    (g.fte / nullif(m.fte, 0) - 1) * 100 AS difference_pct,
    m.source_id AS average_source_id,
    g.source_id AS month_end_source_id,
    'F(d)' AS confidence
FROM workforce.staff_month_before_succession AS m
INNER JOIN raw.staff_group_month AS g
    ON
        g.ods_code = m.ods_code
        AND g.month = m.month
        AND g.staff_group = 'all_staff'
