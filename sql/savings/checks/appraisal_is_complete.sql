-- table: savings.appraisal
-- severity: error
-- title: Every scenario is appraised from all three points of view, on both bases, at every horizon and discount rate.
-- remedy: A perspective, horizon or rate is missing; check its weights in the seed and the appraisal parameters.
WITH scenario AS (
    SELECT DISTINCT
        c.scenario_id,
        c.accounting_basis
    FROM savings.scenario_flow AS c
    WHERE c.accounting_basis <> 'both'
),

perspective AS (
    SELECT DISTINCT p.perspective
    FROM raw.appraisal_perspective AS p
),

horizon AS (
    SELECT DISTINCT p.value AS horizon_years
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('appraisal_horizon_years', 'appraisal_short_horizon_years')
),

rate AS (
    SELECT p.value AS discount_rate_pct
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('discount_rate_real_pct', 'discount_rate_health_pct')
    UNION
    SELECT CAST(0 AS DOUBLE) AS discount_rate_pct
)

SELECT
    s.scenario_id,
    v.perspective,
    s.accounting_basis,
    h.horizon_years AS expected_horizon_years,
    r.discount_rate_pct AS expected_discount_rate_pct
FROM scenario AS s
CROSS JOIN perspective AS v
CROSS JOIN horizon AS h
CROSS JOIN rate AS r
LEFT JOIN savings.appraisal AS a
    ON
        a.scenario_id = s.scenario_id
        AND a.perspective = v.perspective
        AND a.accounting_basis = s.accounting_basis
        AND a.horizon_years = h.horizon_years
        AND abs(a.discount_rate_pct - r.discount_rate_pct) < 1e-6
WHERE a.scenario_id IS NULL
