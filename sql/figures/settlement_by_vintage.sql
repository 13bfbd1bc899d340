-- caption: Day-to-day limit by year and plan, in cash and in 2025-26 prices, with the difference from the first plan
-- reading: {% set last = rows|selectattr('fy', 'equalto', rows[-1].fy)|list %}Real growth to {{ rows[-1].fy }} {% for row in last %}{{ 'is ' if loop.first else ', then ' }}{{ figure('settlement.real_terms/' ~ row.plan_vintage_id ~ '/' ~ row.deflator_vintage_id ~ '/' ~ row.line_id ~ '/' ~ row.fy ~ '/2025-26/average_real_growth_pct')|percent(2) }} a year in the plan of {{ row.plan }}{% endfor %}, all with one deflator.
-- cautions: deflator_is_revised, growth_follows_base_year
WITH chosen AS (
    SELECT
        r.*,
        v.label,
        v.sequence,
        row_number() OVER (PARTITION BY r.plan_vintage_id, r.fy ORDER BY r.line_id DESC) AS line_place
    FROM settlement.real_terms AS r
    INNER JOIN evidence.vintage AS v ON v.vintage_id = r.plan_vintage_id
    WHERE
        r.line_id IN ('dhsc_rdel', 'dhsc_rdel_excluding_ihs')
        AND r.base_fy = '2025-26'
        AND r.fy >= '2025-26'
        AND r.deflator_vintage_id IN (SELECT i.vintage_id FROM settlement.price_index AS i WHERE i.is_latest)
),

-- Without the transfers for the Immigration Health Surcharge where a plan has them; the first plan has none.
plan AS (
    SELECT
        c.*,
        dense_rank() OVER (ORDER BY c.sequence) AS plan_place
    FROM chosen AS c
    WHERE
        c.line_place = 1
        AND c.plan_vintage_id IN (SELECT w.plan_vintage_id FROM chosen AS w WHERE w.fy = '2028-29')
)

SELECT
    p.fy,
    p.label AS plan,
    p.cash_gbp_m,
    p.cash_gbp_m - f.cash_gbp_m AS cash_difference_gbp_m,
    p.real_gbp_m,
    p.real_gbp_m - f.real_gbp_m AS real_difference_gbp_m,
    p.average_real_growth_pct,
    p.base_fy,
    p.line_id,
    p.plan_vintage_id,
    p.deflator_vintage_id
FROM plan AS p
INNER JOIN plan AS f ON f.fy = p.fy AND f.plan_place = 1
ORDER BY p.fy, p.plan_place
