-- question: What did we believe on 13 November 2025, and what after the Budget of 26 November?
-- how to read: One row a year, in £m of cash. plan_... is the day-to-day limit of the department as known on the day. reported_... is what the press had the deal move into the year (+) or take back from it (-). On 28 November the only sign of it is the plan itself, in plan_change_gbp_m: up in 2026-27, down in 2028-29. inferred_... is our estimate, with its range, of how the £860m that ministers named on 2 December falls on the years: they gave no split. Each confidence is that of the columns before it.
SELECT
    p.fy,
    p.amount_gbp_m AS plan_13_november_gbp_m,
    b.amount_gbp_m AS plan_28_november_gbp_m,
    b.amount_gbp_m - p.amount_gbp_m AS plan_change_gbp_m,
    press.delta_gbp_m AS reported_13_november_gbp_m,
    press.confidence AS reported_confidence,
    official.low_gbp_m AS inferred_11_december_low_gbp_m,
    official.delta_gbp_m AS inferred_11_december_gbp_m,
    official.high_gbp_m AS inferred_11_december_high_gbp_m,
    official.confidence AS inferred_confidence
FROM as_of_plan(DATE '2025-11-13') AS p
INNER JOIN as_of_plan(DATE '2025-11-28') AS b ON b.fy = p.fy AND b.line_id = p.line_id
INNER JOIN as_of_instrument(DATE '2025-11-13') AS press
    ON press.fy = p.fy AND press.interpretation = 'press_overspend'
LEFT JOIN as_of_instrument(DATE '2025-12-11') AS official
    ON official.fy = p.fy AND official.interpretation = 'official_reprofile'
WHERE p.line_id = 'dhsc_rdel'
ORDER BY p.fy
