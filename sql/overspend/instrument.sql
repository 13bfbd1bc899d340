-- Plans known on the day of the report, for the year it falls in and later ones.
WITH known_plan AS (
    SELECT
        v.vintage_id,
        greatest(v.known_from, p.known_from) AS known_from,
        p.fy,
        dense_rank() OVER (ORDER BY p.known_from DESC, p.vintage_id) AS age
    FROM evidence.vintage AS v
    INNER JOIN settlement.plan AS p ON p.known_from <= v.known_from
    WHERE
        v.vintage_id = 'press_2025_11'
        AND p.line_id = 'dhsc_rdel'
        AND CAST(concat(split_part(p.fy, '-', 1), '-04-01') AS DATE) + INTERVAL 1 YEAR > v.known_from
),

-- The year of paying back as last claimed by that day.
claimed_year AS (
    SELECT
        c.period_from_fy AS fy,
        c.source_id,
        c.confidence,
        c.known_from,
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
        greatest(k.known_from, coalesce(c.known_from, k.known_from)) AS known_from,
        c.source_id AS claim_source_id,
        c.confidence AS claim_confidence
    FROM known_plan AS k
    LEFT JOIN claimed_year AS c ON c.fy = k.fy AND c.age = 1
    WHERE k.age = 1
),

press_overspend AS (
    SELECT
        'press_overspend' AS interpretation,
        y.fy,
        y.vintage_id,
        CASE WHEN y.is_drawn THEN o.low WHEN y.is_recouped THEN -o.high ELSE 0 END AS low_gbp_m,
        CASE WHEN y.is_drawn THEN o.value WHEN y.is_recouped THEN -o.value ELSE 0 END AS delta_gbp_m,
        CASE WHEN y.is_drawn THEN o.high WHEN y.is_recouped THEN -o.low ELSE 0 END AS high_gbp_m,
        CASE WHEN y.is_recouped THEN y.claim_source_id ELSE o.source_id END AS source_id,
        CASE WHEN y.is_recouped THEN y.claim_confidence ELSE o.confidence END AS confidence,
        greatest(y.known_from, o.known_from) AS known_from
    FROM press_year AS y
    INNER JOIN evidence.parameter_value AS o
        ON o.parameter_id = 'press_overspend_gbp_m' AND o.is_current
),

official_reprofile AS (
    SELECT
        'official_reprofile' AS interpretation,
        c.fy,
        c.vintage_to AS vintage_id,
        c.low_gbp_m,
        c.central_gbp_m AS delta_gbp_m,
        c.high_gbp_m,
        c.source_id,
        c.confidence,
        c.known_from
    FROM settlement.plan_change AS c
    WHERE c.vintage_to = 'budget_2025_11' AND c.line_id = 'dhsc_rdel' AND c.reason = 'reprofile'
),

every_reading AS (
    SELECT
        p.interpretation,
        p.fy,
        p.vintage_id,
        CAST(p.low_gbp_m AS DECIMAL(18, 6)) AS low_gbp_m,
        CAST(p.delta_gbp_m AS DECIMAL(18, 6)) AS delta_gbp_m,
        CAST(p.high_gbp_m AS DECIMAL(18, 6)) AS high_gbp_m,
        p.source_id,
        p.confidence,
        p.known_from
    FROM press_overspend AS p
    UNION ALL
    SELECT
        o.interpretation,
        o.fy,
        o.vintage_id,
        o.low_gbp_m,
        o.delta_gbp_m,
        o.high_gbp_m,
        o.source_id,
        o.confidence,
        o.known_from
    FROM official_reprofile AS o
)

SELECT
    e.interpretation,
    e.fy,
    e.vintage_id,
    e.low_gbp_m,
    e.delta_gbp_m,
    e.high_gbp_m,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    e.source_id,
    e.confidence,
    e.known_from
FROM every_reading AS e
