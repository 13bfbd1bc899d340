-- table: settlement.plan_change
-- identity: S5
-- severity: warn
-- title: What no source explains of a change is no more than rounding can make.
-- remedy: Look for a published reason and add it to the plan change reasons; until then the amount stays unexplained.
SELECT
    c.vintage_from,
    c.vintage_to,
    c.fy,
    c.line_id,
    c.total_change_gbp_m,
    c.central_gbp_m AS actual_unexplained_gbp_m,
    c.rounding_gbp_m AS expected_at_most_gbp_m
FROM settlement.plan_change AS c
WHERE
    c.reason = 'unexplained'
    AND abs(c.central_gbp_m) > c.rounding_gbp_m
    -- The total repeats the remainders of resource and capital.
    AND c.line_id <> 'dhsc_tdel'
