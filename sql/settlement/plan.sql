WITH published AS (
    SELECT
        p.vintage_id,
        p.fy,
        p.line_id,
        p.amount_gbp_m,
        p.rounding_gbp_m,
        p.status,
        p.step_reason,
        v.known_from,
        p.source_id,
        p.locator,
        p.confidence
    FROM raw.settlement_plan AS p
    INNER JOIN evidence.vintage AS v ON v.vintage_id = p.vintage_id
),

summed_total AS (
    SELECT
        resource.vintage_id,
        resource.fy,
        'dhsc_tdel' AS line_id,
        resource.amount_gbp_m + capital.amount_gbp_m AS amount_gbp_m,
        resource.rounding_gbp_m + capital.rounding_gbp_m AS rounding_gbp_m,
        'derived' AS status,
        coalesce(resource.step_reason, capital.step_reason) AS step_reason,
        resource.known_from,
        resource.source_id,
        'dhsc_rdel plus dhsc_cdel of the same vintage and year' AS locator,
        'F(d)' AS confidence
    FROM published AS resource
    INNER JOIN published AS capital
        ON
            capital.vintage_id = resource.vintage_id
            AND capital.fy = resource.fy
            AND capital.line_id = 'dhsc_cdel'
    LEFT JOIN published AS total
        ON
            total.vintage_id = resource.vintage_id
            AND total.fy = resource.fy
            AND total.line_id = 'dhsc_tdel'
    WHERE resource.line_id = 'dhsc_rdel' AND total.vintage_id IS NULL
),

rest_of_resource AS (
    SELECT
        resource.vintage_id,
        resource.fy,
        'other_rdel' AS line_id,
        resource.amount_gbp_m - england.amount_gbp_m AS amount_gbp_m,
        resource.rounding_gbp_m + england.rounding_gbp_m AS rounding_gbp_m,
        'derived' AS status,
        coalesce(resource.step_reason, england.step_reason) AS step_reason,
        resource.known_from,
        resource.source_id,
        'dhsc_rdel less nhse_rdel of the same vintage and year' AS locator,
        'F(d)' AS confidence
    FROM published AS resource
    INNER JOIN published AS england
        ON
            england.vintage_id = resource.vintage_id
            AND england.fy = resource.fy
            AND england.line_id = 'nhse_rdel'
    WHERE resource.line_id = 'dhsc_rdel'
),

every_line AS (
    SELECT p.* FROM published AS p
    UNION ALL
    SELECT t.* FROM summed_total AS t
    UNION ALL
    SELECT r.* FROM rest_of_resource AS r
)

SELECT
    e.vintage_id,
    e.fy,
    e.line_id,
    CAST(e.amount_gbp_m AS DECIMAL(18, 6)) AS amount_gbp_m,
    CAST(e.rounding_gbp_m AS DECIMAL(18, 6)) AS rounding_gbp_m,
    e.status,
    e.step_reason,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    e.known_from,
    e.source_id,
    e.locator,
    e.confidence
FROM every_line AS e
