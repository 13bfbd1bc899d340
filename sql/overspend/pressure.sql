-- What the same re-profile brings to years after a pressure: part of the cost of one year is paid in the next.
WITH moved_later AS (
    SELECT
        i.fy,
        sum(greatest(l.delta_gbp_m, 0)) AS moved_gbp_m
    FROM overspend.instrument AS i
    INNER JOIN overspend.instrument AS l ON l.interpretation = i.interpretation AND l.fy > i.fy
    WHERE i.interpretation = 'official_reprofile'
    GROUP BY i.fy
),

requested AS (
    SELECT
        p.*,
        moved.confidence AS moved_confidence,
        moved.low_gbp_m AS moved_low_gbp_m,
        moved.delta_gbp_m AS moved_gbp_m,
        moved.high_gbp_m AS moved_high_gbp_m,
        coalesce(later.moved_gbp_m, 0) AS moved_later_gbp_m,
        -- Only redundancies were met with money moved between years.
        CASE WHEN p.kind = 'redundancy' THEN p.central_gbp_m ELSE 0 END AS fundable_gbp_m
    FROM raw.in_year_pressure AS p
    -- Only pressures measured in £m belong in a table of money.
    INNER JOIN evidence.measure AS m ON m.measure_id = p.measure_id AND m.unit = '£m'
    LEFT JOIN overspend.instrument AS moved
        ON moved.interpretation = 'official_reprofile' AND moved.fy = p.fy
    LEFT JOIN moved_later AS later ON later.fy = p.fy
),

-- No more is met than was moved to the year.
met AS (
    SELECT
        r.*,
        least(r.fundable_gbp_m, greatest(coalesce(r.moved_low_gbp_m, 0), 0)) AS met_low_gbp_m,
        least(r.fundable_gbp_m, greatest(coalesce(r.moved_gbp_m, 0), 0)) AS met_gbp_m,
        least(r.fundable_gbp_m, greatest(coalesce(r.moved_high_gbp_m, 0), 0)) AS met_high_gbp_m,
        least(r.fundable_gbp_m - least(r.fundable_gbp_m, greatest(coalesce(r.moved_gbp_m, 0), 0)), r.moved_later_gbp_m)
            AS met_later_gbp_m
    FROM requested AS r
),

-- What no source accounts for is unknown, not absorbed.
routed AS (
    SELECT
        m.*,
        CASE WHEN m.route = 'not_known' THEN m.central_gbp_m - m.met_gbp_m ELSE 0 END AS not_known_gbp_m
    FROM met AS m
),

part AS (
    SELECT
        r.fy,
        sum(r.met_low_gbp_m) AS met_low_gbp_m,
        sum(r.met_gbp_m) AS met_gbp_m,
        sum(r.met_high_gbp_m) AS met_high_gbp_m,
        sum(r.met_later_gbp_m) AS met_later_gbp_m,
        sum(r.not_known_gbp_m) AS not_known_gbp_m
    FROM routed AS r
    WHERE r.is_part_of_ask
    GROUP BY r.fy
),

-- The whole ask is met, or unknown, as far as its parts are.
funded AS (
    SELECT
        r.*,
        CAST(coalesce(p.met_low_gbp_m, r.met_low_gbp_m) AS DECIMAL(18, 6)) AS funded_low_gbp_m,
        CAST(coalesce(p.met_gbp_m, r.met_gbp_m) AS DECIMAL(18, 6)) AS funded_gbp_m,
        CAST(coalesce(p.met_high_gbp_m, r.met_high_gbp_m) AS DECIMAL(18, 6)) AS funded_high_gbp_m,
        CAST(coalesce(p.met_later_gbp_m, r.met_later_gbp_m) AS DECIMAL(18, 6)) AS funded_later_gbp_m,
        CAST(coalesce(p.not_known_gbp_m, r.not_known_gbp_m) AS DECIMAL(18, 6)) AS unknown_gbp_m
    FROM routed AS r
    LEFT JOIN part AS p ON p.fy = r.fy AND r.kind = 'total_ask'
)

SELECT
    f.pressure_id,
    f.fy,
    f.kind,
    CAST(f.low_gbp_m AS DECIMAL(18, 6)) AS requested_low_gbp_m,
    CAST(f.central_gbp_m AS DECIMAL(18, 6)) AS requested_gbp_m,
    CAST(f.high_gbp_m AS DECIMAL(18, 6)) AS requested_high_gbp_m,
    f.funded_low_gbp_m,
    f.funded_gbp_m,
    f.funded_high_gbp_m,
    f.funded_later_gbp_m,
    CAST(f.central_gbp_m - f.funded_gbp_m - f.funded_later_gbp_m - f.unknown_gbp_m AS DECIMAL(18, 6)) AS absorbed_gbp_m,
    f.unknown_gbp_m,
    f.is_part_of_ask,
    f.kind = 'medicines_and_other' AS is_residual,
    f.route,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    f.source_id,
    f.note,
    -- The funded part follows from the split of the re-profile by year, and is no more certain.
    CASE WHEN f.funded_gbp_m > 0 THEN f.moved_confidence ELSE f.confidence END AS confidence
FROM funded AS f
