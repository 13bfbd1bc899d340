WITH requested AS (
    SELECT
        p.pressure_id,
        p.fy,
        p.kind,
        p.low_gbp_m,
        p.central_gbp_m,
        p.high_gbp_m,
        p.is_part_of_ask,
        p.route,
        p.source_id,
        p.note,
        p.confidence,
        moved.confidence AS moved_confidence,
        greatest(s.known_from, coalesce(moved.known_from, s.known_from)) AS known_from,
        -- Only redundancies were met with money moved between years, and no further than what was moved to that year.
        CASE
            WHEN p.kind = 'redundancy' THEN least(p.central_gbp_m, greatest(coalesce(moved.low_gbp_m, 0), 0))
            ELSE 0
        END AS funded_low_gbp_m,
        CASE
            WHEN p.kind = 'redundancy' THEN least(p.central_gbp_m, greatest(coalesce(moved.delta_gbp_m, 0), 0))
            ELSE 0
        END AS funded_gbp_m,
        CASE
            WHEN p.kind = 'redundancy' THEN least(p.central_gbp_m, greatest(coalesce(moved.high_gbp_m, 0), 0))
            ELSE 0
        END AS funded_high_gbp_m
    FROM raw.in_year_pressure AS p
    -- Only what is measured in £m may stand in a table of money.
    INNER JOIN evidence.measure AS m ON m.measure_id = p.measure_id AND m.unit = '£m'
    INNER JOIN evidence.source AS s ON s.source_id = p.source_id
    LEFT JOIN overspend.instrument AS moved
        ON moved.interpretation = 'official_reprofile' AND moved.fy = p.fy
),

routed AS (
    SELECT
        r.pressure_id,
        r.fy,
        r.kind,
        r.is_part_of_ask,
        r.funded_low_gbp_m,
        r.funded_gbp_m,
        r.funded_high_gbp_m,
        -- Of what no source accounts for, nobody knows that it was absorbed.
        CASE WHEN r.route = 'not_known' THEN r.central_gbp_m - r.funded_gbp_m ELSE 0 END AS unknown_gbp_m,
        r.known_from
    FROM requested AS r
),

part AS (
    SELECT
        r.fy,
        sum(r.funded_low_gbp_m) AS funded_low_gbp_m,
        sum(r.funded_gbp_m) AS funded_gbp_m,
        sum(r.funded_high_gbp_m) AS funded_high_gbp_m,
        sum(r.unknown_gbp_m) AS unknown_gbp_m,
        max(r.known_from) AS known_from
    FROM routed AS r
    WHERE r.is_part_of_ask
    GROUP BY r.fy
),

funded AS (
    SELECT
        r.pressure_id,
        CASE WHEN r.kind = 'total_ask' THEN coalesce(p.funded_low_gbp_m, 0) ELSE r.funded_low_gbp_m END
            AS funded_low_gbp_m,
        CASE WHEN r.kind = 'total_ask' THEN coalesce(p.funded_gbp_m, 0) ELSE r.funded_gbp_m END AS funded_gbp_m,
        CASE WHEN r.kind = 'total_ask' THEN coalesce(p.funded_high_gbp_m, 0) ELSE r.funded_high_gbp_m END
            AS funded_high_gbp_m,
        CASE WHEN r.kind = 'total_ask' THEN coalesce(p.unknown_gbp_m, 0) ELSE r.unknown_gbp_m END AS unknown_gbp_m,
        CASE
            WHEN r.kind = 'total_ask' THEN greatest(r.known_from, coalesce(p.known_from, r.known_from))
            ELSE r.known_from
        END AS known_from
    FROM routed AS r
    LEFT JOIN part AS p ON p.fy = r.fy
)

SELECT
    r.pressure_id,
    r.fy,
    r.kind,
    CAST(r.low_gbp_m AS DECIMAL(18, 6)) AS requested_low_gbp_m,
    CAST(r.central_gbp_m AS DECIMAL(18, 6)) AS requested_gbp_m,
    CAST(r.high_gbp_m AS DECIMAL(18, 6)) AS requested_high_gbp_m,
    CAST(f.funded_low_gbp_m AS DECIMAL(18, 6)) AS funded_low_gbp_m,
    CAST(f.funded_gbp_m AS DECIMAL(18, 6)) AS funded_gbp_m,
    CAST(f.funded_high_gbp_m AS DECIMAL(18, 6)) AS funded_high_gbp_m,
    CAST(r.central_gbp_m - f.funded_gbp_m - f.unknown_gbp_m AS DECIMAL(18, 6)) AS absorbed_gbp_m,
    CAST(f.unknown_gbp_m AS DECIMAL(18, 6)) AS unknown_gbp_m,
    r.is_part_of_ask,
    r.kind = 'medicines_and_other' AS is_residual,
    r.route,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    r.source_id,
    r.note,
    -- What was funded of it follows from the split of the re-profile by year, and is as sure as that.
    CASE WHEN f.funded_gbp_m > 0 THEN r.moved_confidence ELSE r.confidence END AS confidence,
    f.known_from
FROM requested AS r
INNER JOIN funded AS f ON f.pressure_id = r.pressure_id
