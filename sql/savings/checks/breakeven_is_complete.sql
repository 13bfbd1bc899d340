-- table: savings.breakeven
-- severity: error
-- title: Every appraisal at the real discount rate has a break-even of take-up, cost, saving and backfill.
-- remedy: A lever, perspective or horizon is missing; solve the break-evens again.
WITH lever AS (
    SELECT 'take_up' AS lever
    UNION ALL
    SELECT 'cost' AS lever
    UNION ALL
    SELECT 'saving' AS lever
    UNION ALL
    SELECT 'backfill' AS lever
)

SELECT
    a.scenario_id,
    a.perspective,
    a.accounting_basis,
    a.horizon_years,
    l.lever
FROM savings.appraisal AS a
INNER JOIN evidence.parameter_value AS r
    ON r.parameter_id = 'discount_rate_real_pct' AND r.is_current AND abs(r.value - a.discount_rate_pct) < 1e-6
CROSS JOIN lever AS l
LEFT JOIN savings.breakeven AS b
    ON
        b.scenario_id = a.scenario_id
        AND b.perspective = a.perspective
        AND b.accounting_basis = a.accounting_basis
        AND b.horizon_years = a.horizon_years
        AND b.lever = l.lever
WHERE b.scenario_id IS NULL
