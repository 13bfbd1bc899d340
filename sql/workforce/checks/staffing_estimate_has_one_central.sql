-- table: workforce.stated_staffing
-- severity: error
-- title: Of estimates of one body and measure, the central scenario uses no more than one.
-- remedy: Mark one of the estimates as central and leave the others beside it.
SELECT
    s.body,
    s.measure_id,
    count(*) AS actual_estimates,
    CAST(sum(CASE WHEN s.is_central THEN 1 ELSE 0 END) AS BIGINT) AS actual_central,
    1 AS expected_central_at_most
FROM workforce.stated_staffing AS s
GROUP BY s.body, s.measure_id
HAVING sum(CASE WHEN s.is_central THEN 1 ELSE 0 END) > 1
