-- caption: Day-to-day limit of the department by year in the latest plan, in cash and in 2025-26 prices
-- reading: In cash the limit grows to {{ figure('settlement.real_terms/' ~ rows[-1].plan_vintage_id ~ '/' ~ rows[-1].deflator_vintage_id ~ '/' ~ rows[-1].line_id ~ '/' ~ rows[-1].fy ~ '/2025-26/cash_gbp_m')|money(0) }} in {{ rows[-1].fy }}, and in 2025-26 prices to {{ figure('settlement.real_terms/' ~ rows[-1].plan_vintage_id ~ '/' ~ rows[-1].deflator_vintage_id ~ '/' ~ rows[-1].line_id ~ '/' ~ rows[-1].fy ~ '/2025-26/real_gbp_m')|money(0) }}: {{ figure('settlement.real_terms/' ~ rows[-1].plan_vintage_id ~ '/' ~ rows[-1].deflator_vintage_id ~ '/' ~ rows[-1].line_id ~ '/' ~ rows[-1].fy ~ '/2025-26/average_real_growth_pct')|percent(2) }} a year in real terms.
-- cautions: deflator_is_revised, growth_follows_base_year
WITH plan AS (
    SELECT
        r.plan_vintage_id,
        row_number() OVER (ORDER BY v.sequence DESC) AS place
    FROM settlement.real_terms AS r
    INNER JOIN evidence.vintage AS v ON v.vintage_id = r.plan_vintage_id
    WHERE r.line_id = 'dhsc_rdel_excluding_ihs' AND r.base_fy = '2025-26' AND r.fy = '2028-29'
)

SELECT
    r.fy,
    r.cash_gbp_m,
    r.real_gbp_m,
    r.real_growth_pct,
    r.average_real_growth_pct,
    r.base_fy,
    v.label AS plan,
    d.label AS deflator,
    r.line_id,
    r.plan_vintage_id,
    r.deflator_vintage_id
FROM settlement.real_terms AS r
INNER JOIN plan AS p ON p.plan_vintage_id = r.plan_vintage_id AND p.place = 1
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.plan_vintage_id
INNER JOIN evidence.vintage AS d ON d.vintage_id = r.deflator_vintage_id
WHERE
    r.line_id = 'dhsc_rdel_excluding_ihs'
    AND r.base_fy = '2025-26'
    AND r.fy >= '2025-26'
    AND r.deflator_vintage_id IN (SELECT i.vintage_id FROM settlement.price_index AS i WHERE i.is_latest)
ORDER BY r.fy
