WITH latest AS (
    SELECT max(s.month) AS as_of
    FROM workforce.staff_month_before_succession AS s
),

-- The measure of a body's headcount is named after the body, so no list of bodies is repeated here.
stated_headcount AS (
    SELECT
        e.body,
        e.value_central AS heads
    FROM workforce.stated_staffing AS e
    WHERE e.is_central AND e.measure_id = concat('headcount_', e.body)
),

standing AS (
    SELECT
        o.*,
        l.as_of,
        s.fte,
        h.heads AS stated_heads,
        count(*) OVER (PARTITION BY o.body) AS organisations_of_body,
        sum(s.fte) OVER (PARTITION BY o.body) AS body_fte
    FROM workforce.organisation AS o
    CROSS JOIN latest AS l
    LEFT JOIN workforce.staff_month_before_succession AS s ON s.ods_code = o.ods_code AND s.month = l.as_of
    LEFT JOIN stated_headcount AS h ON h.body = o.body
    WHERE o.is_counted
),

headed AS (
    SELECT
        s.*,
        CASE
            WHEN s.organisations_of_body = 1 THEN s.stated_heads
            ELSE s.stated_heads * s.fte / nullif(s.body_fte, 0)
        END AS headcount,
        CASE
            WHEN s.stated_heads IS NULL THEN 'not_stated'
            WHEN s.organisations_of_body = 1 THEN 'stated'
            ELSE 'imputed'
        END AS headcount_kind
    FROM standing AS s
)

SELECT
    h.ods_code,
    h.name,
    h.body,
    h.region_code,
    h.as_of,
    h.fte,
    h.headcount,
    h.headcount_kind,
    h.registered_population,
    h.running_cost_allowance_gbp_m,
    CAST(
        CAST(running_cost.value AS DECIMAL(18, 2)) * h.registered_population / 1000000 AS DECIMAL(18, 6)
    ) AS target_running_cost_gbp_m,
    CASE
        WHEN h.in_post_target
            THEN
                posts.value * h.headcount
                / nullif(sum(CASE WHEN h.in_post_target THEN h.headcount END) OVER (), 0)
        ELSE CAST(0 AS DOUBLE)
    END AS posts_removed_target,
    h.in_post_target,
    CASE WHEN h.headcount_kind = 'imputed' OR h.in_post_target THEN 'E' ELSE 'F(d)' END AS confidence
FROM headed AS h
INNER JOIN evidence.parameter_value AS running_cost
    ON running_cost.parameter_id = 'running_cost_target_gbp_per_head' AND running_cost.is_current
INNER JOIN evidence.parameter_value AS posts
    ON posts.parameter_id = 'posts_removed_total' AND posts.is_current
