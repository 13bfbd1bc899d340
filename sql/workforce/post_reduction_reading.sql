WITH headcount AS (
    SELECT
        max(CASE WHEN e.measure_id = 'headcount_icb' AND e.is_central THEN e.value_central END) AS boards,
        max(CASE WHEN e.measure_id = 'headcount_nhse' AND e.is_central THEN e.value_central END) AS nhse,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND e.is_central THEN e.value_central END) AS dhsc,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND NOT e.is_central THEN e.value_central END)
            AS dhsc_other_count,
        max(CASE WHEN e.measure_id IN ('headcount_icb', 'headcount_nhse', 'headcount_dhsc') THEN e.known_from END)
            AS known_from
    FROM workforce.stated_staffing AS e
),

stated AS (
    SELECT
        h.boards,
        h.nhse,
        h.dhsc,
        h.dhsc_other_count,
        greatest(h.known_from, posts.known_from, cut.known_from) AS known_from,
        posts.value AS official_posts,
        cut.value AS stated_cut_pct
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
        'official_upper_bound' AS posts_basis,
        s.official_posts AS posts,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc AS dhsc_heads,
        s.boards + s.nhse + s.dhsc AS baseline_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'half_of_stated_headcounts' AS reading_id,
        'stated_cut' AS posts_basis,
        (s.boards + s.nhse + s.dhsc) * s.stated_cut_pct / 100 AS posts,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc AS dhsc_heads,
        s.boards + s.nhse + s.dhsc AS baseline_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'all_bodies_other_dhsc_count' AS reading_id,
        'stated_cut' AS posts_basis,
        (s.boards + s.nhse + s.dhsc_other_count) * s.stated_cut_pct / 100 AS posts,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc_other_count AS dhsc_heads,
        s.boards + s.nhse + s.dhsc_other_count AS baseline_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_about_half' AS reading_id,
        'stated_cut' AS posts_basis,
        s.boards * s.stated_cut_pct / 100 AS posts,
        s.boards AS boards_heads,
        CAST(NULL AS DOUBLE) AS nhse_heads,
        CAST(NULL AS DOUBLE) AS dhsc_heads,
        s.boards AS baseline_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_alone_official_posts' AS reading_id,
        'official_upper_bound' AS posts_basis,
        s.official_posts AS posts,
        s.boards AS boards_heads,
        CAST(NULL AS DOUBLE) AS nhse_heads,
        CAST(NULL AS DOUBLE) AS dhsc_heads,
        s.boards AS baseline_heads
    FROM stated AS s
)

SELECT
    r.reading_id,
    r.posts_basis,
    r.posts,
    r.boards_heads,
    r.nhse_heads,
    r.dhsc_heads,
    r.baseline_heads,
    r.posts / nullif(r.baseline_heads, 0) * 100 AS cut_pct,
    s.official_posts,
    r.posts - s.official_posts AS difference_from_official_posts,
    s.stated_cut_pct,
    round(r.posts / nullif(r.baseline_heads, 0) * 100) = round(s.stated_cut_pct) AS agrees_with_stated_cut,
    'F(d)' AS confidence,
    s.known_from
FROM reading AS r
CROSS JOIN stated AS s
