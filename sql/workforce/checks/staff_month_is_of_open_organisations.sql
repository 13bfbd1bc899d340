-- table: workforce.staff_month_before_succession
-- identity: W4
-- severity: error
-- title: Staff of a month are of organisations open in it; no board and its successor both have the same month.
-- remedy: Take out the months of a board after its end, or of its successor before its start; the dates are in the seed.
SELECT
    s.ods_code,
    s.month,
    s.fte,
    s.source_id,
    max(o.valid_from) AS expected_from,
    max(o.valid_to) AS expected_to
FROM raw.staff_month AS s
LEFT JOIN workforce.organisation AS o ON o.ods_code = s.ods_code
GROUP BY s.ods_code, s.month, s.fte, s.source_id
HAVING
    max(
        CASE
            WHEN o.valid_from <= s.month AND (o.valid_to IS NULL OR o.valid_to >= s.month) THEN 1
            ELSE 0
        END
    ) = 0
