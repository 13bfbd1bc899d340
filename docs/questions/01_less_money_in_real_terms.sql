-- question: How much less does the NHS have in 2026-27 in real terms because of the overspend?
-- answer: {% set press = row(interpretation='press_overspend', fy='2026-27') %}{% set plan = row(interpretation='official_reprofile', fy='2026-27') %}
-- answer: {% if press.real_moved_gbp_m < 0 %}{{ press.real_moved_gbp_m|abs|money }} less in {{ press.fy }}{% else %}Nothing less in {{ press.fy }}{% endif %} as the press had it, in {{ press.real_base_fy }} prices
-- answer: {%- if plan %}; by the official plans {{ plan.real_moved_low_gbp_m|money }} to {{ plan.real_moved_high_gbp_m|money }} {{ 'less' if plan.moved_gbp_m < 0 else 'more' }}, an estimate, and what comes is taken back later{% endif %} (as known on {{ press.known_by|day }}).
-- how to read: Under both readings of the deal, as each was agreed: what moves into the year (+) or out of it (-), in £m of cash and in prices of the base year, and in per cent of the department's day-to-day limit before the move. The press has the advance taken back in 2026-27. The official plans rise in 2026-27 and fall in 2028-29 instead; ministers named the whole amount and no split by year, so the years of that reading are an estimate, with its range in real_moved_low_gbp_m and real_moved_high_gbp_m.
SELECT
    a.interpretation,
    a.fy,
    a.plan_before_move_gbp_m,
    a.moved_gbp_m,
    round(a.real_moved_gbp_m, 6) AS real_moved_gbp_m,
    round(CAST(i.low_gbp_m AS DOUBLE) * a.real_moved_gbp_m / nullif(CAST(a.moved_gbp_m AS DOUBLE), 0), 6)
        AS real_moved_low_gbp_m,
    round(CAST(i.high_gbp_m AS DOUBLE) * a.real_moved_gbp_m / nullif(CAST(a.moved_gbp_m AS DOUBLE), 0), 6)
        AS real_moved_high_gbp_m,
    a.real_base_fy,
    round(CAST(a.moved_gbp_m AS DOUBLE) / nullif(CAST(a.plan_before_move_gbp_m AS DOUBLE), 0) * 100, 6) AS moved_pct,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.available AS a
LEFT JOIN overspend.instrument AS i ON i.interpretation = a.interpretation AND i.fy = a.fy
WHERE a.scenario_id = 'best_estimate' AND a.profile_id = 'as_agreed' AND a.price_basis = 'cash'
ORDER BY a.interpretation, a.fy
