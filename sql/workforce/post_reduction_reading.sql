WITH stated AS (
    SELECT
        max(CASE WHEN e.measure_id = 'headcount_icb' AND e.is_central THEN e.value_central END) AS boards,
        max(CASE WHEN e.measure_id = 'headcount_nhse' AND e.is_central THEN e.value_central END) AS nhse,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND e.is_central THEN e.value_central END) AS dhsc,
        max(CASE WHEN e.measure_id = 'headcount_dhsc' AND NOT e.is_central THEN e.value_central END)
            AS dhsc_other_count
    FROM workforce.stated_staffing AS e
),

official AS (
    SELECT
        posts.value AS posts,
        cut.value AS cut_pct
    FROM evidence.parameter_value AS posts
    INNER JOIN evidence.parameter_value AS cut
        ON cut.parameter_id = 'stated_cut_share_pct' AND cut.is_current
    WHERE posts.parameter_id = 'posts_removed_total' AND posts.is_current
),

counted AS (
    SELECT
        'official_all_bodies' AS reading_id,
        'official_upper_bound' AS posts_basis,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc AS dhsc_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'half_of_stated_headcounts' AS reading_id,
        'stated_cut' AS posts_basis,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc AS dhsc_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'all_bodies_other_dhsc_count' AS reading_id,
        'stated_cut' AS posts_basis,
        s.boards AS boards_heads,
        s.nhse AS nhse_heads,
        s.dhsc_other_count AS dhsc_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_about_half' AS reading_id,
        'stated_cut' AS posts_basis,
        s.boards AS boards_heads,
        CAST(NULL AS DOUBLE) AS nhse_heads,
        CAST(NULL AS DOUBLE) AS dhsc_heads
    FROM stated AS s
    UNION ALL
    SELECT
        'boards_alone_official_posts' AS reading_id,
        'official_upper_bound' AS posts_basis,
        s.boards AS boards_heads,
        CAST(NULL AS DOUBLE) AS nhse_heads,
        CAST(NULL AS DOUBLE) AS dhsc_heads
    FROM stated AS s
),

headed AS (
    SELECT
        c.*,
        c.boards_heads + coalesce(c.nhse_heads, 0) + coalesce(c.dhsc_heads, 0) AS baseline_heads
    FROM counted AS c
),

reading AS (
    SELECT
        h.*,
        o.posts AS official_posts,
        o.cut_pct AS stated_cut_pct,
        CASE WHEN h.posts_basis = 'stated_cut' THEN h.baseline_heads * o.cut_pct / 100 ELSE o.posts END AS posts
    FROM headed AS h
    CROSS JOIN official AS o
)

SELECT
    r.*,
    r.posts / nullif(r.baseline_heads, 0) * 100 AS cut_pct,
    r.posts - r.official_posts AS difference_from_official_posts,
    round(r.posts / nullif(r.baseline_heads, 0) * 100) = round(r.stated_cut_pct) AS agrees_with_stated_cut,
    'F(d)' AS confidence
FROM reading AS r
