-- The boards of an allocation are those of the last day of its year on which all that it names were open.
WITH last_open AS (
    SELECT
        o.ods_code,
        max(coalesce(o.valid_to, DATE '9999-12-31')) AS last_day
    FROM workforce.organisation AS o
    GROUP BY o.ods_code
),

allocation AS (
    SELECT
        p.fy,
        least(y.last_day, min(l.last_day)) AS on_day
    FROM raw.board_population AS p
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
    INNER JOIN last_open AS l ON l.ods_code = p.ods_code
    GROUP BY p.fy, y.last_day
)

SELECT
    p.ods_code,
    p.fy,
    o.name,
    o.registered_population,
    p.registered_population AS allocated_population,
    p.gp_practices,
    p.registered_population - o.registered_population AS difference_people,
    (CAST(p.registered_population AS DOUBLE) / nullif(o.registered_population, 0) - 1) * 100 AS difference_pct,
    CAST(o.running_cost_allowance_gbp_m AS DOUBLE) * 1000000
    / nullif(o.registered_population, 0) AS allowance_per_held_head,
    CAST(o.running_cost_allowance_gbp_m AS DOUBLE) * 1000000
    / nullif(p.registered_population, 0) AS allowance_per_allocated_head,
    p.source_id,
    'F(d)' AS confidence
FROM raw.board_population AS p
INNER JOIN allocation AS a ON a.fy = p.fy
INNER JOIN workforce.organisation AS o
    ON
        o.ods_code = p.ods_code
        AND o.valid_from <= a.on_day
        AND (o.valid_to IS NULL OR o.valid_to >= a.on_day)
