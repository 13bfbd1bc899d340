WITH headcount AS (
    SELECT
        max(CASE WHEN e.measure_id = 'headcount_icb' AND e.is_central THEN e.value_central END) AS boards,
        max(CASE WHEN e.measure_id = 'headcount_nhse' AND e.is_central THEN e.value_central END) AS nhs_england,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND e.is_central THEN e.value_central END) AS department,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND NOT e.is_central THEN e.value_central END)
            AS department_other_count,
        max(CASE WHEN e.measure_id IN ('headcount_icb', 'headcount_nhse', 'headcount_dhsc') THEN e.known_from END)
            AS known_from
    FROM workforce.stated_staffing AS e
),

stated AS (
    SELECT
        h.boards,
        h.boards + h.nhs_england + h.department AS all_bodies,
        h.boards + h.nhs_england + h.department_other_count AS all_bodies_other_count,
        concat(
            CAST(CAST(h.boards AS BIGINT) AS VARCHAR), ' + ', CAST(CAST(h.nhs_england AS BIGINT) AS VARCHAR), ' + '
        ) AS boards_and_nhs_england_text,
        CAST(CAST(h.department AS BIGINT) AS VARCHAR) AS department_text,
        CAST(CAST(h.department_other_count AS BIGINT) AS VARCHAR) AS department_other_count_text,
        greatest(h.known_from, posts.known_from, cut.known_from) AS known_from,
        posts.value AS official_posts,
        cut.value AS stated_cut_pct,
        concat(CAST(CAST(cut.value AS BIGINT) AS VARCHAR), '% of ') AS cut_of_text
    FROM headcount AS h
    CROSS JOIN evidence.parameter_value AS posts
    CROSS JOIN evidence.parameter_value AS cut
    WHERE
        posts.parameter_id = 'posts_removed_total'
        AND posts.is_current
        AND cut.parameter_id = 'stated_cut_share_pct'
        AND cut.is_current
),

reading AS (
    SELECT
        'official_all_bodies' AS reading_id,
        'The official upper bound, over the stated headcounts of boards, NHS England and DHSC' AS label,
        s.official_posts AS posts,
        s.all_bodies AS baseline_heads,
        concat('(', s.boards_and_nhs_england_text, s.department_text, ')') AS heads_text,
        FALSE AS takes_stated_cut
    FROM stated AS s
    UNION ALL
    SELECT
        'half_of_stated_headcounts' AS reading_id,
        'The stated cut of every stated headcount' AS label,
        s.all_bodies * s.stated_cut_pct / 100 AS posts,
        s.all_bodies AS baseline_heads,
        concat('(', s.boards_and_nhs_england_text, s.department_text, ')') AS heads_text,
        TRUE AS takes_stated_cut
    FROM stated AS s
    UNION ALL
    SELECT
        'all_bodies_other_dhsc_count' AS reading_id,
        'The stated cut of every stated headcount, with the other count of DHSC stated on the same day' AS label,
        s.all_bodies_other_count * s.stated_cut_pct / 100 AS posts,
        s.all_bodies_other_count AS baseline_heads,
        concat('(', s.boards_and_nhs_england_text, s.department_other_count_text, ')') AS heads_text,
        TRUE AS takes_stated_cut
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_about_half' AS reading_id,
        'The stated cut of the boards alone' AS label,
        s.boards * s.stated_cut_pct / 100 AS posts,
        s.boards AS baseline_heads,
        CAST(CAST(s.boards AS BIGINT) AS VARCHAR) AS heads_text,
        TRUE AS takes_stated_cut
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_alone_official_posts' AS reading_id,
        'The official upper bound, if all its posts were in the boards' AS label,
        s.official_posts AS posts,
        s.boards AS baseline_heads,
        CAST(CAST(s.boards AS BIGINT) AS VARCHAR) AS heads_text,
        FALSE AS takes_stated_cut
    FROM stated AS s
)

SELECT
    r.reading_id,
    r.label,
    r.posts,
    r.baseline_heads,
    r.posts / nullif(r.baseline_heads, 0) * 100 AS cut_pct,
    s.official_posts,
    r.posts - s.official_posts AS difference_from_official_posts,
    s.stated_cut_pct,
    round(r.posts / nullif(r.baseline_heads, 0) * 100) = round(s.stated_cut_pct) AS agrees_with_stated_cut,
    CASE
        WHEN r.takes_stated_cut
            THEN concat(s.cut_of_text, r.heads_text, ' = ', CAST(CAST(r.posts AS BIGINT) AS VARCHAR), ' posts')
        ELSE
            concat(
                CAST(CAST(r.posts AS BIGINT) AS VARCHAR), ' / ', r.heads_text, ' = ',
                CAST(CAST(r.posts / nullif(r.baseline_heads, 0) * 100 AS DECIMAL(18, 1)) AS VARCHAR), '%'
            )
    END AS arithmetic,
    'F(d)' AS confidence,
    s.known_from
FROM reading AS r
CROSS JOIN stated AS s
