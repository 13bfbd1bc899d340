WITH carried AS (
    SELECT
        s.successor_ods_code AS ods_code,
        m.month,
        s.successor_name AS name,
        m.body,
        sum(m.fte * s.share) AS fte,
        max(m.source_id) AS source_id,
        CASE WHEN min(s.share) < 1 THEN 'E' ELSE max(m.confidence) END AS confidence
    FROM workforce.staff_month_before_succession AS m
    INNER JOIN workforce.successor AS s ON s.ods_code = m.ods_code
    GROUP BY s.successor_ods_code, m.month, s.successor_name, m.body
)

SELECT
    c.*,
    (c.fte / nullif(first_value(c.fte) OVER (PARTITION BY c.ods_code ORDER BY c.month), 0) - 1) * 100
        AS change_since_first_month_pct
FROM carried AS c
