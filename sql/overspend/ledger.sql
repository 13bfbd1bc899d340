WITH advance AS (
    SELECT
        i.interpretation,
        i.fy,
        greatest(i.delta_gbp_m, 0) AS drawn_gbp_m,
        sum(greatest(i.delta_gbp_m, 0)) OVER (PARTITION BY i.interpretation) AS drawn_in_all_gbp_m
    FROM overspend.instrument AS i
),

-- Rounding the running total rather than each year leaves no remainder when all has been recouped.
recouped_so_far AS (
    SELECT
        a.interpretation,
        r.profile_id,
        a.fy,
        a.drawn_gbp_m,
        CAST(
            CAST(a.drawn_in_all_gbp_m AS DOUBLE) * sum(r.share) OVER (
                PARTITION BY a.interpretation, r.profile_id
                ORDER BY a.fy
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS DECIMAL(18, 6)
        ) AS recouped_so_far_gbp_m
    FROM advance AS a
    INNER JOIN overspend.recoup_profile AS r ON r.interpretation = a.interpretation AND r.fy = a.fy
),

cash_flow AS (
    SELECT
        s.*,
        s.recouped_so_far_gbp_m - coalesce(
            lag(s.recouped_so_far_gbp_m) OVER (PARTITION BY s.interpretation, s.profile_id ORDER BY s.fy), 0
        ) AS recouped_gbp_m
    FROM recouped_so_far AS s
),

flow AS (
    SELECT
        c.interpretation,
        c.profile_id,
        'cash' AS price_basis,
        c.fy,
        CAST(NULL AS VARCHAR) AS base_fy,
        CAST(c.drawn_gbp_m AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(c.recouped_gbp_m AS DECIMAL(18, 6)) AS recouped_gbp_m
    FROM cash_flow AS c
    UNION ALL
    SELECT
        c.interpretation,
        c.profile_id,
        'real' AS price_basis,
        c.fy,
        x.base_fy,
        CAST(CAST(c.drawn_gbp_m AS DOUBLE) * x.factor AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(CAST(c.recouped_gbp_m AS DOUBLE) * x.factor AS DECIMAL(18, 6)) AS recouped_gbp_m
    FROM cash_flow AS c
    INNER JOIN settlement.price_index AS x ON x.fy = c.fy AND x.base_fy = '2025-26' AND x.is_latest
),

balance AS (
    SELECT
        f.*,
        CAST(
            sum(f.drawn_gbp_m - f.recouped_gbp_m) OVER (
                PARTITION BY f.interpretation, f.profile_id, f.price_basis
                ORDER BY f.fy
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS DECIMAL(18, 6)
        ) AS closing_gbp_m
    FROM flow AS f
)

SELECT
    b.*,
    CAST(b.closing_gbp_m - b.drawn_gbp_m + b.recouped_gbp_m AS DECIMAL(18, 6)) AS opening_gbp_m
FROM balance AS b
