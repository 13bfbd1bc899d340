WITH counted AS (
    SELECT
        g.ods_code,
        g.month,
        g.grade,
        g.source_id,
        sum(g.fte) AS fte
    FROM raw.staff_grade_month AS g
    WHERE g.staff_group IN ('central_functions', 'hotel_property_estates', 'senior_managers', 'managers')
    GROUP BY g.ods_code, g.month, g.grade, g.source_id
),

counted_body AS (
    SELECT DISTINCT
        c.ods_code,
        c.month,
        c.source_id
    FROM counted AS c
),

-- Cells hold people; their share of full time makes them comparable with the statistics.
assumed AS (
    SELECT
        w.ods_code,
        w.grade,
        sum(w.posts * w.contracted_share) AS fte
    FROM workforce.cell AS w
    GROUP BY w.ods_code, w.grade
),

grade AS (
    SELECT
        c.ods_code,
        c.month,
        c.grade,
        c.source_id,
        c.fte AS counted_fte,
        CAST(0 AS DOUBLE) AS assumed_fte
    FROM counted AS c
    UNION ALL
    SELECT
        b.ods_code,
        b.month,
        a.grade,
        b.source_id,
        CAST(0 AS DOUBLE) AS counted_fte,
        a.fte AS assumed_fte
    FROM counted_body AS b
    INNER JOIN assumed AS a ON a.ods_code = b.ods_code
),

summed AS (
    SELECT
        g.ods_code,
        g.month,
        g.grade,
        g.source_id,
        sum(g.counted_fte) AS counted_fte,
        sum(g.assumed_fte) AS assumed_fte
    FROM grade AS g
    GROUP BY g.ods_code, g.month, g.grade, g.source_id
),

shared AS (
    SELECT
        s.*,
        s.counted_fte / nullif(sum(s.counted_fte) OVER (PARTITION BY s.ods_code, s.month), 0) AS counted_share,
        s.assumed_fte / nullif(sum(s.assumed_fte) OVER (PARTITION BY s.ods_code, s.month), 0) AS assumed_share
    FROM summed AS s
)

SELECT
    s.ods_code,
    s.month,
    s.grade,
    s.counted_fte AS fte,
    s.counted_share,
    s.assumed_share,
    (s.counted_share - s.assumed_share) * 100 AS difference_points,
    s.source_id,
    'E' AS confidence
FROM shared AS s
-- Bodies without cells cannot be compared.
WHERE s.assumed_share IS NOT NULL
