WITH latest AS (
    SELECT max(s.month) AS as_of
    FROM raw.staff_month AS s
)

SELECT
    o.*,
    o.valid_from <= l.as_of AND (o.valid_to IS NULL OR o.valid_to >= l.as_of) AS is_counted
FROM raw.organisation AS o
CROSS JOIN latest AS l
