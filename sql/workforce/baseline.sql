-- Whole numbers and money are cut at the running shares and rounded there, so that the parts add up to the whole.
SELECT
    s.successor_ods_code AS ods_code,
    s.successor_name AS name,
    b.body,
    s.successor_region_code AS region_code,
    b.as_of,
    sum(b.fte * s.share) AS fte,
    sum(b.headcount * s.share) AS headcount,
    CASE
        WHEN max(b.headcount_kind) <> min(b.headcount_kind) THEN 'imputed'
        WHEN max(b.headcount_kind) = 'stated' AND min(s.share) < 1 THEN 'imputed'
        ELSE max(b.headcount_kind)
    END AS headcount_kind,
    CAST(
        sum(round(b.registered_population * s.share_to) - round(b.registered_population * s.share_from)) AS BIGINT
    ) AS registered_population,
    CASE
        WHEN min(s.share) = 1 AND count(b.running_cost_allowance_gbp_m) = count(*)
            THEN CAST(sum(b.running_cost_allowance_gbp_m) AS DECIMAL(18, 6))
    END AS running_cost_allowance_gbp_m,
    CAST(
        sum(
            CAST(round(CAST(b.target_running_cost_gbp_m AS DOUBLE) * s.share_to, 6) AS DECIMAL(18, 6))
            - CAST(round(CAST(b.target_running_cost_gbp_m AS DOUBLE) * s.share_from, 6) AS DECIMAL(18, 6))
        ) AS DECIMAL(18, 6)
    ) AS target_running_cost_gbp_m,
    sum(b.posts_removed_target * s.share) AS posts_removed_target,
    b.in_post_target,
    CASE WHEN min(s.share) < 1 OR min(b.confidence) = 'E' THEN 'E' ELSE max(b.confidence) END AS confidence
FROM workforce.baseline_before_succession AS b
INNER JOIN workforce.successor AS s ON s.ods_code = b.ods_code
GROUP BY s.successor_ods_code, s.successor_name, b.body, s.successor_region_code, b.as_of, b.in_post_target
