-- table: workforce.grade_mix_comparison
-- identity: W4
-- severity: error
-- title: Every body counted by grade that has cells is compared, and its counted and assumed shares each sum to one.
-- remedy: Compare raw.staff_grade_month and workforce.cell with sql/workforce/grade_mix_comparison.sql.
WITH counted AS (
    SELECT
        g.ods_code,
        g.month,
        sum(g.fte) AS fte
    FROM raw.staff_grade_month AS g
    WHERE g.staff_group <> 'support_to_clinical'
    GROUP BY g.ods_code, g.month
),

with_cells AS (
    SELECT DISTINCT w.ods_code
    FROM workforce.cell AS w
),

compared AS (
    SELECT
        c.ods_code,
        c.month,
        sum(c.fte) AS fte,
        sum(c.counted_share) AS counted_share,
        sum(c.assumed_share) AS assumed_share
    FROM workforce.grade_mix_comparison AS c
    GROUP BY c.ods_code, c.month
)

SELECT
    b.ods_code,
    b.month,
    b.fte AS expected_fte,
    c.fte AS actual_fte,
    c.counted_share AS actual_counted_share,
    c.assumed_share AS actual_assumed_share
FROM counted AS b
INNER JOIN with_cells AS w ON w.ods_code = b.ods_code
LEFT JOIN compared AS c ON c.ods_code = b.ods_code AND c.month = b.month
WHERE
    c.ods_code IS NULL
    OR abs(c.fte - b.fte) > 1e-6 * (1 + b.fte)
    OR (b.fte > 0 AND coalesce(abs(c.counted_share - 1), 1) > 1e-6)
    OR coalesce(abs(c.assumed_share - 1), 1) > 1e-6
