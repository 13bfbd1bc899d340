-- table: audit.vintage_attribution
-- severity: error
-- title: The growth at both ends of a pair of vintages is that of settlement.real_terms.
-- remedy: One of the two works growth out differently; compare the plan, the years and the deflator they use.
WITH held AS (
    SELECT
        r.plan_vintage_id,
        r.deflator_vintage_id,
        r.average_real_growth_pct,
        row_number() OVER (PARTITION BY r.plan_vintage_id, r.deflator_vintage_id ORDER BY r.line_id DESC) AS place
    FROM settlement.real_terms AS r
    WHERE
        r.line_id IN ('dhsc_rdel', 'dhsc_rdel_excluding_ihs')
        AND r.base_fy = '2025-26'
        AND r.fy = '2028-29'
        AND r.average_real_growth_pct IS NOT NULL
),

-- Without the transfers where a plan is held without them.
growth AS (
    SELECT
        h.plan_vintage_id,
        h.deflator_vintage_id,
        h.average_real_growth_pct
    FROM held AS h
    WHERE h.place = 1
)

SELECT
    a.vintage_from,
    a.vintage_to,
    a.input,
    a.old_value AS actual_from,
    before.average_real_growth_pct AS expected_from,
    a.new_value AS actual_to,
    after.average_real_growth_pct AS expected_to
FROM audit.vintage_attribution AS a
LEFT JOIN growth AS before
    ON before.plan_vintage_id = a.vintage_from AND before.deflator_vintage_id = a.deflator_from
LEFT JOIN growth AS after
    ON after.plan_vintage_id = a.vintage_to AND after.deflator_vintage_id = a.deflator_to
WHERE
    before.average_real_growth_pct IS NULL
    OR after.average_real_growth_pct IS NULL
    OR abs(a.old_value - before.average_real_growth_pct) > 1e-6
    OR abs(a.new_value - after.average_real_growth_pct) > 1e-6
