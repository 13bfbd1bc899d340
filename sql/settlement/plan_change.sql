WITH compared_line AS (
    SELECT
        p.vintage_id,
        p.fy,
        p.line_id,
        p.amount_gbp_m,
        CAST(p.rounding_gbp_m / 2 AS DECIMAL(18, 6)) AS half_rounding_gbp_m,
        -- A derived total is outturn where the resource limit it is summed from is.
        p.status = 'outturn' OR (p.status = 'derived' AND resource.status = 'outturn') AS is_outturn,
        p.known_from,
        p.source_id
    FROM settlement.plan AS p
    LEFT JOIN settlement.plan AS resource
        ON
            resource.vintage_id = p.vintage_id
            AND resource.fy = p.fy
            AND resource.line_id = 'dhsc_rdel'
    WHERE p.line_id IN ('dhsc_rdel', 'dhsc_cdel', 'dhsc_tdel', 'nhse_rdel')
),

in_sequence AS (
    SELECT
        l.*,
        lag(l.vintage_id) OVER (PARTITION BY l.line_id, l.fy ORDER BY l.known_from, l.vintage_id) AS vintage_from,
        lag(l.amount_gbp_m) OVER (
            PARTITION BY l.line_id, l.fy ORDER BY l.known_from, l.vintage_id
        ) AS earlier_amount_gbp_m,
        lag(l.half_rounding_gbp_m) OVER (
            PARTITION BY l.line_id, l.fy ORDER BY l.known_from, l.vintage_id
        ) AS earlier_half_rounding_gbp_m,
        lag(l.is_outturn) OVER (
            PARTITION BY l.line_id, l.fy ORDER BY l.known_from, l.vintage_id
        ) AS earlier_is_outturn
    FROM compared_line AS l
),

whole_change AS (
    SELECT
        s.vintage_from,
        s.vintage_id AS vintage_to,
        s.fy,
        s.line_id,
        s.amount_gbp_m AS later_amount_gbp_m,
        s.amount_gbp_m - s.earlier_amount_gbp_m AS total_change_gbp_m,
        s.earlier_half_rounding_gbp_m,
        s.half_rounding_gbp_m AS later_half_rounding_gbp_m,
        s.earlier_half_rounding_gbp_m + s.half_rounding_gbp_m AS half_roundings_gbp_m,
        s.is_outturn AS later_is_outturn,
        s.is_outturn AND NOT s.earlier_is_outturn AS outturn_replaces_plan,
        s.known_from,
        s.source_id
    FROM in_sequence AS s
    WHERE s.vintage_from IS NOT NULL
),

-- Years of a settlement that is re-profiled: the first not yet outturn pays in, the last pays back.
reprofiled_year AS (
    SELECT
        w.*,
        r.amount_gbp_m AS stated_gbp_m,
        r.source_id AS stated_source_id,
        greatest(w.known_from, s.known_from) AS explained_from,
        min(w.fy) OVER (PARTITION BY w.vintage_from, w.vintage_to, w.line_id) AS first_fy,
        max(w.fy) OVER (PARTITION BY w.vintage_from, w.vintage_to, w.line_id) AS last_fy
    FROM whole_change AS w
    INNER JOIN raw.plan_change_reason AS r
        ON
            r.vintage_from = w.vintage_from
            AND r.vintage_to = w.vintage_to
            AND r.line_id = w.line_id
            AND r.reason = 'reprofile'
    INNER JOIN evidence.source AS s ON s.source_id = r.source_id
    WHERE NOT w.later_is_outturn
),

-- What a limit holds of transfers for the surcharge; one that is not printed without them is taken to hold none.
transferred AS (
    SELECT
        p.vintage_id,
        p.fy,
        p.amount_gbp_m - e.amount_gbp_m AS amount_gbp_m,
        CAST(e.rounding_gbp_m / 2 AS DECIMAL(18, 6)) AS half_rounding_gbp_m,
        e.source_id
    FROM settlement.plan AS p
    INNER JOIN settlement.plan AS e
        ON e.vintage_id = p.vintage_id AND e.fy = p.fy AND e.line_id = 'dhsc_rdel_excluding_ihs'
    WHERE p.line_id = 'dhsc_rdel'
),

transfer AS (
    SELECT
        w.vintage_from,
        w.vintage_to,
        w.fy,
        w.line_id,
        later.amount_gbp_m - coalesce(earlier.amount_gbp_m, 0) AS central_gbp_m,
        later.half_rounding_gbp_m + coalesce(earlier.half_rounding_gbp_m, 0) AS half_rounding_gbp_m,
        later.source_id
    FROM whole_change AS w
    INNER JOIN transferred AS later ON later.vintage_id = w.vintage_to AND later.fy = w.fy
    LEFT JOIN transferred AS earlier ON earlier.vintage_id = w.vintage_from AND earlier.fy = w.fy
    WHERE
        w.line_id = 'dhsc_rdel'
        AND NOT w.later_is_outturn
        AND abs(later.amount_gbp_m - coalesce(earlier.amount_gbp_m, 0))
        > greatest(w.later_half_rounding_gbp_m, later.half_rounding_gbp_m + coalesce(earlier.half_rounding_gbp_m, 0))
),

between_years AS (
    SELECT
        y.*,
        CASE
            WHEN y.total_change_gbp_m > y.earlier_half_rounding_gbp_m THEN y.total_change_gbp_m
            ELSE 0
        END AS central_gbp_m
    FROM reprofiled_year AS y
    WHERE y.fy > y.first_fy AND y.fy < y.last_fy
),

between_total AS (
    SELECT
        b.vintage_from,
        b.vintage_to,
        b.line_id,
        sum(b.central_gbp_m) AS central_gbp_m,
        sum(b.earlier_half_rounding_gbp_m) AS spread_gbp_m,
        sum(b.half_roundings_gbp_m) AS half_roundings_gbp_m
    FROM between_years AS b
    GROUP BY b.vintage_from, b.vintage_to, b.line_id
),

explained AS (
    SELECT
        w.vintage_from,
        w.vintage_to,
        w.fy,
        w.line_id,
        'outturn_for_plan' AS reason,
        w.total_change_gbp_m - w.half_roundings_gbp_m AS low_gbp_m,
        w.total_change_gbp_m AS central_gbp_m,
        w.total_change_gbp_m + w.half_roundings_gbp_m AS high_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS further_rounding_gbp_m,
        w.source_id,
        'whole_change' AS method,
        'F(d)' AS confidence
    FROM whole_change AS w
    WHERE w.outturn_replaces_plan
    UNION ALL
    SELECT
        t.vintage_from,
        t.vintage_to,
        t.fy,
        t.line_id,
        'budget_cover_transfer' AS reason,
        t.central_gbp_m - t.half_rounding_gbp_m AS low_gbp_m,
        t.central_gbp_m,
        t.central_gbp_m + t.half_rounding_gbp_m AS high_gbp_m,
        t.half_rounding_gbp_m AS further_rounding_gbp_m,
        t.source_id,
        'difference_of_lines' AS method,
        'E' AS confidence
    FROM transfer AS t
    UNION ALL
    SELECT
        y.vintage_from,
        y.vintage_to,
        y.fy,
        y.line_id,
        'reprofile' AS reason,
        least(-y.stated_gbp_m, y.total_change_gbp_m - y.earlier_half_rounding_gbp_m) AS low_gbp_m,
        -y.stated_gbp_m AS central_gbp_m,
        greatest(-y.stated_gbp_m, y.total_change_gbp_m + y.earlier_half_rounding_gbp_m) AS high_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS further_rounding_gbp_m,
        y.stated_source_id AS source_id,
        'stated_amount' AS method,
        'E' AS confidence
    FROM reprofiled_year AS y
    WHERE y.fy = y.last_fy AND y.fy > y.first_fy
    UNION ALL
    SELECT
        b.vintage_from,
        b.vintage_to,
        b.fy,
        b.line_id,
        'reprofile' AS reason,
        b.central_gbp_m - b.earlier_half_rounding_gbp_m AS low_gbp_m,
        b.central_gbp_m,
        b.central_gbp_m + b.earlier_half_rounding_gbp_m AS high_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS further_rounding_gbp_m,
        b.stated_source_id AS source_id,
        'rise_of_year' AS method,
        'E' AS confidence
    FROM between_years AS b
    UNION ALL
    SELECT
        y.vintage_from,
        y.vintage_to,
        y.fy,
        y.line_id,
        'reprofile' AS reason,
        y.stated_gbp_m - coalesce(b.central_gbp_m, 0) - coalesce(b.spread_gbp_m, 0) AS low_gbp_m,
        y.stated_gbp_m - coalesce(b.central_gbp_m, 0) AS central_gbp_m,
        y.stated_gbp_m - coalesce(b.central_gbp_m, 0) + coalesce(b.spread_gbp_m, 0) AS high_gbp_m,
        coalesce(b.half_roundings_gbp_m, 0) AS further_rounding_gbp_m,
        y.stated_source_id AS source_id,
        'balance_of_years' AS method,
        'E' AS confidence
    FROM reprofiled_year AS y
    LEFT JOIN between_total AS b
        ON
            b.vintage_from = y.vintage_from
            AND b.vintage_to = y.vintage_to
            AND b.line_id = y.line_id
    WHERE y.fy = y.first_fy AND y.fy < y.last_fy
),

explained_total AS (
    SELECT
        e.vintage_from,
        e.vintage_to,
        e.fy,
        e.line_id,
        sum(e.central_gbp_m) AS central_gbp_m,
        sum(e.further_rounding_gbp_m) AS further_rounding_gbp_m,
        max(CASE WHEN e.confidence = 'E' THEN 1 ELSE 0 END) = 1 AS rests_on_estimate
    FROM explained AS e
    GROUP BY e.vintage_from, e.vintage_to, e.fy, e.line_id
),

accounted AS (
    SELECT
        w.vintage_from,
        w.vintage_to,
        w.fy,
        w.line_id,
        w.total_change_gbp_m,
        w.total_change_gbp_m - coalesce(t.central_gbp_m, 0) AS remainder_gbp_m,
        w.half_roundings_gbp_m + coalesce(t.further_rounding_gbp_m, 0) AS rounding_gbp_m,
        -- The parts of a change add up only once all of them are known.
        coalesce(y.explained_from, w.known_from) AS known_from,
        w.source_id,
        coalesce(t.rests_on_estimate, FALSE) AS rests_on_estimate
    FROM whole_change AS w
    LEFT JOIN explained_total AS t
        ON
            t.vintage_from = w.vintage_from
            AND t.vintage_to = w.vintage_to
            AND t.fy = w.fy
            AND t.line_id = w.line_id
    LEFT JOIN reprofiled_year AS y
        ON
            y.vintage_from = w.vintage_from
            AND y.vintage_to = w.vintage_to
            AND y.fy = w.fy
            AND y.line_id = w.line_id
),

every_part AS (
    SELECT
        e.vintage_from, e.vintage_to, e.fy, e.line_id, e.reason,
        e.low_gbp_m, e.central_gbp_m, e.high_gbp_m, e.source_id, e.method, e.confidence
    FROM explained AS e
    UNION ALL
    SELECT
        a.vintage_from,
        a.vintage_to,
        a.fy,
        a.line_id,
        'unexplained' AS reason,
        a.remainder_gbp_m - a.rounding_gbp_m AS low_gbp_m,
        a.remainder_gbp_m AS central_gbp_m,
        a.remainder_gbp_m + a.rounding_gbp_m AS high_gbp_m,
        a.source_id,
        'remainder' AS method,
        CASE WHEN a.rests_on_estimate THEN 'E' ELSE 'F(d)' END AS confidence
    FROM accounted AS a
)

SELECT
    p.vintage_from,
    p.vintage_to,
    p.fy,
    p.line_id,
    p.reason,
    CAST(p.low_gbp_m AS DECIMAL(18, 6)) AS low_gbp_m,
    CAST(p.central_gbp_m AS DECIMAL(18, 6)) AS central_gbp_m,
    CAST(p.high_gbp_m AS DECIMAL(18, 6)) AS high_gbp_m,
    CAST(a.total_change_gbp_m AS DECIMAL(18, 6)) AS total_change_gbp_m,
    CAST(a.rounding_gbp_m AS DECIMAL(18, 6)) AS rounding_gbp_m,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    a.known_from,
    p.source_id,
    p.method,
    p.confidence
FROM every_part AS p
INNER JOIN accounted AS a
    ON
        a.vintage_from = p.vintage_from
        AND a.vintage_to = p.vintage_to
        AND a.fy = p.fy
        AND a.line_id = p.line_id
