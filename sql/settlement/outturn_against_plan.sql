WITH outturn AS (
    SELECT
        p.line_id,
        p.fy,
        p.vintage_id,
        p.amount_gbp_m,
        p.rounding_gbp_m,
        p.known_from,
        p.source_id,
        p.confidence,
        row_number() OVER (PARTITION BY p.line_id, p.fy ORDER BY p.known_from DESC, p.vintage_id) AS place
    FROM settlement.plan AS p
    WHERE p.status = 'outturn'
),

planned AS (
    SELECT
        o.line_id,
        o.fy,
        p.vintage_id,
        p.amount_gbp_m,
        p.rounding_gbp_m,
        row_number() OVER (PARTITION BY o.line_id, o.fy ORDER BY p.known_from DESC, p.vintage_id) AS place
    FROM outturn AS o
    INNER JOIN settlement.plan AS p
        ON p.line_id = o.line_id AND p.fy = o.fy AND p.status <> 'outturn' AND p.known_from < o.known_from
    WHERE o.place = 1
)

SELECT
    o.fy,
    o.line_id,
    p.vintage_id AS plan_vintage_id,
    o.vintage_id AS outturn_vintage_id,
    p.amount_gbp_m AS plan_gbp_m,
    o.amount_gbp_m AS outturn_gbp_m,
    CAST(o.amount_gbp_m - p.amount_gbp_m AS DECIMAL(18, 6)) AS overspend_gbp_m,
    CAST((o.rounding_gbp_m + p.rounding_gbp_m) / 2 AS DECIMAL(18, 6)) AS rounding_gbp_m,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    o.known_from,
    o.source_id,
    o.confidence
FROM outturn AS o
INNER JOIN planned AS p ON p.line_id = o.line_id AND p.fy = o.fy AND p.place = 1
WHERE o.place = 1
