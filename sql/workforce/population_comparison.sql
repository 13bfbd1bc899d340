WITH allocated AS (
    SELECT
        p.ods_code,
        p.fy,
        p.registered_population,
        p.gp_practices,
        p.source_id,
        s.known_from,
        CAST(
            concat(CAST(CAST(split_part(p.fy, '-', 1) AS BIGINT) + 1 AS VARCHAR), '-03-31') AS DATE
        ) AS last_day
    FROM raw.board_population AS p
    INNER JOIN evidence.source AS s ON s.source_id = p.source_id
)

SELECT
    a.ods_code,
    a.fy,
    o.name,
    o.registered_population,
    a.registered_population AS allocated_population,
    a.gp_practices,
    a.registered_population - o.registered_population AS difference_people,
    (CAST(a.registered_population AS DOUBLE) / nullif(o.registered_population, 0) - 1) * 100 AS difference_pct,
    CAST(o.running_cost_allowance_gbp_m AS DOUBLE) * 1000000
    / nullif(o.registered_population, 0) AS allowance_per_held_head,
    CAST(o.running_cost_allowance_gbp_m AS DOUBLE) * 1000000
    / nullif(a.registered_population, 0) AS allowance_per_allocated_head,
    a.source_id,
    'F(d)' AS confidence,
    greatest(a.known_from, o.known_from) AS known_from
FROM allocated AS a
INNER JOIN workforce.organisation AS o
    ON
        o.ods_code = a.ods_code
        AND o.valid_from <= a.last_day
        AND (o.valid_to IS NULL OR o.valid_to >= a.last_day)
