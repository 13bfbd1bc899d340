-- question: How fast does day-to-day health spending grow in real terms from 2025-26 to 2028-29, by the plan and by the deflator you ask?
-- answer: {% set last = where(plan=rows[-1].plan, deflator=rows[-1].deflator) %}{% set first = row(plan=rows[0].plan, deflator=rows[-1].deflator) %}
-- answer: By {% for limit in last|sort(attribute='line_id', reverse=true) %}{{ limit.growth_pct|percent(2) }} a year {{ limit.line_id|basis }}{{ '' if loop.last else ' and ' }}{% endfor %}, on the last plan ({{ last[0].plan }}) and deflator ({{ last[0].deflator }})
-- answer: {%- if first.plan != last[0].plan %}, against {{ first.growth_pct|percent(2) }} on the first plan ({{ first.plan }}) with that deflator{% endif %} (as known on {{ last[0].known_from|day }}).
-- how to read: One row for each plan and each deflator. growth_pct is the average a year. known_from is the first day on which the row could be worked out. Compare like with like: the limit without the transfers for the Immigration Health Surcharge (dhsc_rdel_excluding_ihs) where it is held, else as printed.
SELECT
    plan.label AS plan,
    deflator.label AS deflator,
    r.line_id,
    round(r.average_real_growth_pct, 2) AS growth_pct,
    greatest(plan.known_from, deflator.known_from) AS known_from
FROM settlement.real_terms AS r
INNER JOIN evidence.vintage AS plan ON plan.vintage_id = r.plan_vintage_id
INNER JOIN evidence.vintage AS deflator ON deflator.vintage_id = r.deflator_vintage_id
WHERE
    r.base_fy = '2025-26'
    AND r.fy = '2028-29'
    AND r.average_real_growth_pct IS NOT NULL
    AND r.line_id IN ('dhsc_rdel', 'dhsc_rdel_excluding_ihs')
ORDER BY plan.sequence, deflator.sequence, r.line_id
