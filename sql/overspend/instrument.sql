-- Plans known on the day of the report, for the year it falls in and later ones.
WITH known_plan AS (
    SELECT
        v.vintage_id,
        p.fy,
        dense_rank() OVER (ORDER BY p.known_from DESC, p.vintage_id) AS age
    FROM evidence.vintage AS v
    INNER JOIN settlement.plan AS p ON p.line_id = 'dhsc_rdel' AND p.known_from <= v.known_from
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy AND y.last_day >= v.known_from
    WHERE v.vintage_id = 'press_2025_11'
),

-- The latest claim by that day of the year of repayment.
claimed_year AS (
    SELECT
        c.period_from_fy AS fy,
        c.source_id,
        c.confidence,
        row_number() OVER (ORDER BY c.known_from DESC, c.claim_id) AS age
    FROM evidence.claim AS c
    INNER JOIN evidence.vintage AS v ON v.vintage_id = 'press_2025_11' AND c.known_from <= v.known_from
    WHERE c.measure_id = 'recoupment_year'
),

press_year AS (
    SELECT
        k.vintage_id,
        k.fy,
        row_number() OVER (ORDER BY k.fy) = 1 AS is_drawn,
        c.fy IS NOT NULL AS is_recouped,
        c.source_id AS claim_source_id,
        c.confidence AS claim_confidence
    FROM known_plan AS k
    LEFT JOIN claimed_year AS c ON c.fy = k.fy AND c.age = 1
    WHERE k.age = 1
)

SELECT
    'press_overspend' AS interpretation,
    y.fy,
    y.vintage_id,
    CAST(CASE WHEN y.is_drawn THEN o.low WHEN y.is_recouped THEN -o.high ELSE 0 END AS DECIMAL(18, 6)) AS low_gbp_m,
    CAST(CASE WHEN y.is_drawn THEN o.value WHEN y.is_recouped THEN -o.value ELSE 0 END AS DECIMAL(18, 6))
        AS delta_gbp_m,
    CAST(CASE WHEN y.is_drawn THEN o.high WHEN y.is_recouped THEN -o.low ELSE 0 END AS DECIMAL(18, 6)) AS high_gbp_m,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CASE WHEN y.is_recouped THEN y.claim_source_id ELSE o.source_id END AS source_id,
    CASE WHEN y.is_recouped THEN y.claim_confidence ELSE o.confidence END AS confidence
FROM press_year AS y
INNER JOIN evidence.parameter_value AS o
    ON o.parameter_id = 'press_overspend_gbp_m' AND o.is_current
UNION ALL
SELECT
    'official_reprofile' AS interpretation,
    c.fy,
    c.vintage_to AS vintage_id,
    c.low_gbp_m,
    c.central_gbp_m AS delta_gbp_m,
    c.high_gbp_m,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    c.source_id,
    c.confidence
FROM settlement.plan_change AS c
WHERE c.vintage_to = 'budget_2025_11' AND c.line_id = 'dhsc_rdel' AND c.reason = 'reprofile'
