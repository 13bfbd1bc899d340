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
INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
INNER JOIN workforce.organisation AS o
    ON
        o.ods_code = p.ods_code
        AND o.valid_from <= y.last_day
        AND (o.valid_to IS NULL OR o.valid_to >= y.last_day)
