SELECT
    s.ods_code,
    s.month,
    o.name,
    o.body,
    s.fte,
    (s.fte / nullif(first_value(s.fte) OVER (PARTITION BY s.ods_code ORDER BY s.month), 0) - 1) * 100
        AS change_since_first_month_pct,
    s.source_id,
    s.confidence
FROM raw.staff_month AS s
INNER JOIN workforce.organisation AS o
    ON
        o.ods_code = s.ods_code
        AND o.valid_from <= s.month
        AND (o.valid_to IS NULL OR o.valid_to >= s.month)
