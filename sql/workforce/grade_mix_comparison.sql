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
    SELECT
        c.ods_code,
        c.month,
        c.source_id,
        s.known_from,
        sum(c.fte) AS fte
    FROM counted AS c
    INNER JOIN evidence.source AS s ON s.source_id = c.source_id
    GROUP BY c.ods_code, c.month, c.source_id, s.known_from
),

-- Cells hold people; what they work of full time makes them comparable with the statistics.
assumed AS (
    SELECT
        w.ods_code,
        w.grade,
        sum(w.posts * w.contracted_share) AS fte
    FROM workforce.cell AS w
    GROUP BY w.ods_code, w.grade
),

assumed_body AS (
    SELECT
        w.ods_code,
        max(w.known_from) AS known_from,
        sum(w.posts * w.contracted_share) AS fte
    FROM workforce.cell AS w
    GROUP BY w.ods_code
),

graded AS (
    SELECT
        b.ods_code,
        b.month,
        c.grade
    FROM counted_body AS b
    INNER JOIN counted AS c ON c.ods_code = b.ods_code AND c.month = b.month
    UNION DISTINCT
    SELECT
        b.ods_code,
        b.month,
        a.grade
    FROM counted_body AS b
    INNER JOIN assumed AS a ON a.ods_code = b.ods_code
)

SELECT
    g.ods_code,
    g.month,
    g.grade,
    coalesce(c.fte, 0) AS fte,
    coalesce(c.fte, 0) / nullif(b.fte, 0) AS counted_share,
    coalesce(a.fte, 0) / nullif(t.fte, 0) AS assumed_share,
    (coalesce(c.fte, 0) / nullif(b.fte, 0) - coalesce(a.fte, 0) / nullif(t.fte, 0)) * 100 AS difference_points,
    b.source_id,
    'E' AS confidence,
    greatest(b.known_from, t.known_from) AS known_from
FROM graded AS g
INNER JOIN counted_body AS b ON b.ods_code = g.ods_code AND b.month = g.month
INNER JOIN assumed_body AS t ON t.ods_code = g.ods_code
LEFT JOIN counted AS c ON c.ods_code = g.ods_code AND c.month = g.month AND c.grade = g.grade
LEFT JOIN assumed AS a ON a.ods_code = g.ods_code AND a.grade = g.grade
