-- table: settlement.plan
-- identity: M5
-- severity: error
-- title: No outturn is known before its year has ended.
-- remedy: Correct the status of the row, or the day on which the vintage became known.
SELECT
    p.vintage_id,
    p.fy,
    p.line_id,
    CAST(concat(CAST(CAST(split_part(p.fy, '-', 1) AS BIGINT) + 1 AS VARCHAR), '-04-01') AS DATE)
        AS expected_not_before,
    p.known_from AS actual_known_from
FROM settlement.plan AS p
WHERE
    p.status = 'outturn'
    AND p.known_from
    < CAST(concat(CAST(CAST(split_part(p.fy, '-', 1) AS BIGINT) + 1 AS VARCHAR), '-04-01') AS DATE)
