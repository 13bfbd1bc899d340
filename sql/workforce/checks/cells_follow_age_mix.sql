-- table: workforce.cell
-- identity: W4
-- severity: error
-- title: Within each grade the imputed cells of an organisation have the ages that the statistics have.
-- remedy: The fit did not end at the published ages by grade; look at nhs_assets/model/cells.py and raw.band_age_mix.
WITH cells AS (
    SELECT
        c.ods_code,
        c.grade,
        c.age_band,
        sum(c.posts) AS posts
    FROM workforce.cell AS c
    WHERE c.origin_kind = 'imputed'
    GROUP BY c.ods_code, c.grade, c.age_band
),

graded AS (
    SELECT
        c.ods_code,
        c.grade,
        c.age_band,
        c.posts,
        sum(c.posts) OVER (PARTITION BY c.ods_code, c.grade) AS grade_posts,
        sum(c.posts) OVER (PARTITION BY c.ods_code) AS all_posts
    FROM cells AS c
),

published AS (
    SELECT
        m.grade,
        m.age_band,
        m.headcount / nullif(every_age.headcount, 0) AS age_share
    FROM raw.band_age_mix AS m
    INNER JOIN raw.band_age_mix AS every_age
        ON
            every_age.staff_group = m.staff_group
            AND every_age.grade = m.grade
            AND every_age.age_band = 'All age bands'
    WHERE m.staff_group = 'central_functions'
)

SELECT
    g.ods_code,
    g.grade,
    g.age_band,
    p.age_share * g.grade_posts AS expected_posts,
    g.posts AS actual_posts
FROM graded AS g
LEFT JOIN published AS p ON p.grade = g.grade AND p.age_band = g.age_band
-- Each of the two totals may miss by a millionth of the whole, a grade by that of its ages.
WHERE p.age_share IS NULL OR abs(g.posts - p.age_share * g.grade_posts) > 12 * 1e-6 * g.all_posts
