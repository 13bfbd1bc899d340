-- table: workforce.cell
-- identity: W4
-- severity: error
-- title: The imputed cells of an organisation sum to its headcount, and every organisation in the count has cells.
-- remedy: Staff were lost or added between headcount and cells; see nhs_assets/model/cells.py.
WITH held AS (
    SELECT
        c.ods_code,
        sum(c.posts) AS posts,
        max(CASE WHEN c.origin_kind = 'measured' THEN 1 ELSE 0 END) AS is_measured
    FROM workforce.cell AS c
    GROUP BY c.ods_code
)

SELECT
    b.ods_code,
    b.headcount AS expected_posts,
    h.posts AS actual_posts
FROM workforce.baseline_before_succession AS b
LEFT JOIN held AS h ON h.ods_code = b.ods_code
-- The fit ends when no total misses by more than a millionth of the whole.
WHERE
    b.in_post_target
    AND (h.posts IS NULL OR (h.is_measured = 0 AND abs(h.posts - b.headcount) > 2 * 1e-6 * b.headcount))
