WITH advance AS (
    SELECT
        i.interpretation,
        i.fy,
        -- A year's share of the advance rests on the amounts of all years.
        max(i.known_from) OVER (PARTITION BY i.interpretation) AS known_from,
        greatest(i.delta_gbp_m, 0) AS drawn_gbp_m,
        sum(greatest(i.delta_gbp_m, 0)) OVER (PARTITION BY i.interpretation) AS drawn_in_all_gbp_m
    FROM overspend.instrument AS i
),

share_so_far AS (
    SELECT
        a.interpretation,
        r.profile_id,
        a.fy,
        a.drawn_gbp_m,
        a.drawn_in_all_gbp_m,
        greatest(a.known_from, max(r.known_from) OVER (PARTITION BY a.interpretation, r.profile_id)) AS known_from,
        sum(r.share) OVER (
            PARTITION BY a.interpretation, r.profile_id
            ORDER BY a.fy
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS share_so_far
    FROM advance AS a
    INNER JOIN overspend.recoup_profile AS r ON r.interpretation = a.interpretation AND r.fy = a.fy
),

-- Rounding the running total rather than each year leaves nothing over when all has been taken back.
recouped_so_far AS (
    SELECT
        s.interpretation,
        s.profile_id,
        s.fy,
        s.drawn_gbp_m,
        s.known_from,
        CAST(CAST(s.drawn_in_all_gbp_m AS DOUBLE) * s.share_so_far AS DECIMAL(18, 6)) AS recouped_so_far_gbp_m
    FROM share_so_far AS s
),

cash_flow AS (
    SELECT
        s.interpretation,
        s.profile_id,
        s.fy,
        s.drawn_gbp_m,
        s.known_from,
        s.recouped_so_far_gbp_m - coalesce(
            lag(s.recouped_so_far_gbp_m) OVER (PARTITION BY s.interpretation, s.profile_id ORDER BY s.fy), 0
        ) AS recouped_gbp_m
    FROM recouped_so_far AS s
),

latest_deflator AS (
    SELECT DISTINCT d.vintage_id
    FROM settlement.deflator AS d
    WHERE
        d.status <> 'extended'
        AND d.known_from = (SELECT max(l.known_from) FROM settlement.deflator AS l WHERE l.status <> 'extended')
),

price_index AS (
    SELECT
        d.fy,
        base.fy AS base_fy,
        base.index_value / nullif(d.index_value, 0) AS factor,
        greatest(d.known_from, base.known_from) AS known_from
    FROM settlement.deflator AS d
    INNER JOIN latest_deflator AS l ON l.vintage_id = d.vintage_id
    INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id AND base.fy = '2025-26'
),

flow AS (
    SELECT
        c.interpretation,
        c.profile_id,
        'cash' AS price_basis,
        c.fy,
        CAST(NULL AS VARCHAR) AS base_fy,
        CAST(c.drawn_gbp_m AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(c.recouped_gbp_m AS DECIMAL(18, 6)) AS recouped_gbp_m,
        c.known_from
    FROM cash_flow AS c
    UNION ALL
    SELECT
        c.interpretation,
        c.profile_id,
        'real' AS price_basis,
        c.fy,
        x.base_fy,
        CAST(CAST(c.drawn_gbp_m AS DOUBLE) * x.factor AS DECIMAL(18, 6)) AS drawn_gbp_m,
        CAST(CAST(c.recouped_gbp_m AS DOUBLE) * x.factor AS DECIMAL(18, 6)) AS recouped_gbp_m,
        greatest(c.known_from, max(x.known_from) OVER ()) AS known_from
    FROM cash_flow AS c
    INNER JOIN price_index AS x ON x.fy = c.fy
),

balance AS (
    SELECT
        f.interpretation,
        f.profile_id,
        f.price_basis,
        f.fy,
        f.base_fy,
        f.drawn_gbp_m,
        f.recouped_gbp_m,
        f.known_from,
        sum(f.drawn_gbp_m - f.recouped_gbp_m) OVER (
            PARTITION BY f.interpretation, f.profile_id, f.price_basis
            ORDER BY f.fy
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS closing_gbp_m
    FROM flow AS f
)

SELECT
    b.interpretation,
    b.profile_id,
    b.price_basis,
    b.fy,
    b.base_fy,
    CAST(b.closing_gbp_m - b.drawn_gbp_m + b.recouped_gbp_m AS DECIMAL(18, 6)) AS opening_gbp_m,
    b.drawn_gbp_m,
    b.recouped_gbp_m,
    CAST(b.closing_gbp_m AS DECIMAL(18, 6)) AS closing_gbp_m,
    b.known_from
FROM balance AS b
