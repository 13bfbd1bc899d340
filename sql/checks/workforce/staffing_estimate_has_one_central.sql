-- table: workforce.stated_staffing
-- severity: error
-- title: Of estimates that conflict, exactly one is used by the central scenario.
-- remedy: Mark one of the conflicting estimates as central and leave the others beside it.
SELECT
    s.body,
    s.measure_id,
    count(*) AS actual_estimates,
    CAST(sum(CASE WHEN s.is_central THEN 1 ELSE 0 END) AS BIGINT) AS actual_central,
    1 AS expected_central
FROM workforce.stated_staffing AS s
GROUP BY s.body, s.measure_id
HAVING max(s.conflicts_with) > 0 AND sum(CASE WHEN s.is_central THEN 1 ELSE 0 END) <> 1
