-- table: settlement.real_terms
-- identity: M5
-- severity: error
-- title: No real amount is known before its plan and its deflator.
-- remedy: Take the day from the latest of the inputs, in sql/settlement/real_terms.sql.
SELECT
    r.plan_vintage_id,
    r.deflator_vintage_id,
    r.line_id,
    r.fy,
    r.base_fy,
    greatest(p.known_from, d.known_from, b.known_from) AS expected_not_before,
    r.known_from AS actual_known_from
FROM settlement.real_terms AS r
INNER JOIN settlement.plan AS p ON p.vintage_id = r.plan_vintage_id AND p.fy = r.fy AND p.line_id = r.line_id
INNER JOIN settlement.deflator AS d ON d.vintage_id = r.deflator_vintage_id AND d.fy = r.fy
INNER JOIN settlement.deflator AS b ON b.vintage_id = r.deflator_vintage_id AND b.fy = r.base_fy
WHERE r.known_from < greatest(p.known_from, d.known_from, b.known_from)
