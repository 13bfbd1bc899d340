-- table: settlement.plan_change
-- identity: O4
-- severity: error
-- title: A re-profile moves cash between years and adds none: the years sum to zero and the last pays all of it back.
-- remedy: The stated amount and the settlement's years disagree; check the reason row and the years both vintages hold.
SELECT
    c.vintage_from,
    c.vintage_to,
    c.line_id,
    0 AS expected_sum_gbp_m,
    sum(c.central_gbp_m) AS actual_sum_gbp_m,
    max(r.amount_gbp_m) AS expected_paid_back_gbp_m,
    -min(c.central_gbp_m) AS actual_paid_back_gbp_m
FROM settlement.plan_change AS c
INNER JOIN raw.plan_change_reason AS r
    ON
        r.vintage_from = c.vintage_from
        AND r.vintage_to = c.vintage_to
        AND r.line_id = c.line_id
        AND r.reason = 'reprofile'
WHERE c.reason = 'reprofile'
GROUP BY c.vintage_from, c.vintage_to, c.line_id
HAVING sum(c.central_gbp_m) <> 0 OR -min(c.central_gbp_m) <> max(r.amount_gbp_m)
