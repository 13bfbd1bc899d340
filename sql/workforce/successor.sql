WITH latest AS (
    SELECT
        o.*,
        row_number() OVER (PARTITION BY o.ods_code ORDER BY o.valid_from DESC) AS place
    FROM workforce.organisation AS o
),

followed AS (
    SELECT
        s.predecessor_ods_code AS ods_code,
        s.successor_ods_code,
        s.share,
        s.succession_type
    FROM workforce.succession AS s
    WHERE s.is_used
),

step AS (
    SELECT f.*
    FROM followed AS f
    UNION ALL
    SELECT
        l.ods_code,
        l.ods_code AS successor_ods_code,
        CAST(1 AS DOUBLE) AS share,
        'continues' AS succession_type
    FROM latest AS l
    LEFT JOIN followed AS f ON f.ods_code = l.ods_code
    WHERE l.place = 1 AND f.ods_code IS NULL
)

SELECT
    s.ods_code,
    s.successor_ods_code,
    l.name AS successor_name,
    l.region_code AS successor_region_code,
    s.succession_type,
    s.share,
    coalesce(
        sum(s.share) OVER (
            PARTITION BY s.ods_code ORDER BY s.successor_ods_code ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        0
    ) AS share_from,
    sum(s.share) OVER (
        PARTITION BY s.ods_code ORDER BY s.successor_ods_code ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS share_to
FROM step AS s
INNER JOIN latest AS l ON l.ods_code = s.successor_ods_code AND l.place = 1
