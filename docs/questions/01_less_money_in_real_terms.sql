-- question: How much less does the NHS have in 2026-27 in real terms because of the overspend?
-- how to read: Under both readings of the deal, as each was agreed: what moves into the year (+) or out of it (-), in £m of cash and in prices of the base year, and in per cent of the department's day-to-day limit before the move. The press has the advance taken back in 2026-27. The official plans rise in 2026-27 and fall in 2028-29 instead; ministers named the whole amount and no split by year, so the years of that reading are an estimate.
SELECT
    a.interpretation,
    a.fy,
    a.plan_before_move_gbp_m,
    a.moved_gbp_m,
    round(a.real_moved_gbp_m, 6) AS real_moved_gbp_m,
    a.real_base_fy,
    round(CAST(a.moved_gbp_m AS DOUBLE) / nullif(CAST(a.plan_before_move_gbp_m AS DOUBLE), 0) * 100, 6) AS moved_pct
FROM overspend.available AS a
WHERE a.scenario_id = 'best_estimate' AND a.profile_id = 'as_agreed' AND a.price_basis = 'cash'
ORDER BY a.interpretation, a.fy
