-- question: What did we believe on 13 November 2025, and what after the Budget of 26 November?
-- how to read: One row a year, in £m of cash. plan_... is the day-to-day limit of the department as known on the day. moved_... is what the deal was thought to move into the year (+) or take back from it (-): by the press on 13 November, by ministers once they had answered. On 28 November the only sign of it is the plan itself, in plan_change_gbp_m: up in 2026-27, down in 2028-29.
SELECT
    p.fy,
    p.amount_gbp_m AS plan_13_november_gbp_m,
    b.amount_gbp_m AS plan_28_november_gbp_m,
    b.amount_gbp_m - p.amount_gbp_m AS plan_change_gbp_m,
    press.delta_gbp_m AS moved_13_november_gbp_m,
    official.delta_gbp_m AS moved_11_december_gbp_m
FROM as_of_plan(DATE '2025-11-13') AS p
INNER JOIN as_of_plan(DATE '2025-11-28') AS b ON b.fy = p.fy AND b.line_id = p.line_id
INNER JOIN as_of_instrument(DATE '2025-11-13') AS press
    ON press.fy = p.fy AND press.interpretation = 'press_overspend'
LEFT JOIN as_of_instrument(DATE '2025-12-11') AS official
    ON official.fy = p.fy AND official.interpretation = 'official_reprofile'
WHERE p.line_id = 'dhsc_rdel'
ORDER BY p.fy
