-- table: settlement.plan
-- identity: M5
-- severity: error
-- title: No outturn is known before its year has ended.
-- remedy: Correct the status of the row, or the day on which the vintage became known.
SELECT
    p.vintage_id,
    p.fy,
    p.line_id,
    y.last_day AS expected_after,
    p.known_from AS actual_known_from
FROM settlement.plan AS p
INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
WHERE p.status = 'outturn' AND p.known_from <= y.last_day
