-- table: settlement.plan_change
-- identity: S5
-- severity: error
-- title: Every re-profile that a source states appears in the change between its two vintages.
-- remedy: Name vintages that follow one another for that line, and a line that both of them hold.
SELECT
    r.reason_id,
    r.vintage_from AS expected_vintage_from,
    r.vintage_to AS expected_vintage_to,
    r.line_id AS expected_line_id,
    r.amount_gbp_m AS expected_gbp_m,
    count(c.fy) AS actual_years
FROM raw.plan_change_reason AS r
LEFT JOIN settlement.plan_change AS c
    ON
        c.vintage_from = r.vintage_from
        AND c.vintage_to = r.vintage_to
        AND c.line_id = r.line_id
        AND c.reason = r.reason
WHERE r.reason = 'reprofile'
GROUP BY r.reason_id, r.vintage_from, r.vintage_to, r.line_id, r.amount_gbp_m
HAVING count(c.fy) = 0
