-- table: settlement.plan
-- identity: S6
-- severity: error
-- title: No published limit steps by more than the allowed share on the year or vintage before without a reason.
-- remedy: Look for a misplaced digit; where the step is real, give the row its reason in the settlement seed.
WITH published AS (
    SELECT
        p.*,
        y.previous_fy
    FROM settlement.plan AS p
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
    -- A derived row repeats the steps of the published rows it is made from.
    WHERE p.status <> 'derived'
),

beside AS (
    SELECT
        p.*,
        'year before' AS neighbour,
        n.vintage_id AS neighbour_vintage_id,
        n.fy AS neighbour_fy,
        n.amount_gbp_m AS neighbour_gbp_m
    FROM published AS p
    INNER JOIN published AS n
        ON
            n.vintage_id = p.vintage_id
            AND n.line_id = p.line_id
            AND n.fy = p.previous_fy
    UNION ALL
    SELECT
        p.*,
        'vintage before' AS neighbour,
        lag(p.vintage_id) OVER (PARTITION BY p.line_id, p.fy ORDER BY p.known_from) AS neighbour_vintage_id,
        p.fy AS neighbour_fy,
        lag(p.amount_gbp_m) OVER (PARTITION BY p.line_id, p.fy ORDER BY p.known_from) AS neighbour_gbp_m
    FROM published AS p
),

measured AS (
    SELECT
        b.*,
        CAST(b.amount_gbp_m AS DOUBLE) / nullif(CAST(b.neighbour_gbp_m AS DOUBLE), 0) AS ratio
    FROM beside AS b
)

SELECT
    m.vintage_id,
    m.fy,
    m.line_id,
    m.amount_gbp_m AS actual_gbp_m,
    m.neighbour,
    m.neighbour_vintage_id,
    m.neighbour_fy,
    m.neighbour_gbp_m,
    m.ratio AS actual_ratio,
    step_limit.value AS expected_step_pct_at_most,
    m.step_reason AS actual_step_reason
FROM measured AS m
INNER JOIN evidence.parameter_value AS step_limit
    ON step_limit.parameter_id = 'neighbour_step_limit_pct' AND step_limit.is_current
WHERE
    -- No reason excuses an amount that doubles or halves: that is a misplaced digit.
    m.ratio > 2
    OR m.ratio * 2 < 1
    OR (m.step_reason IS NULL AND abs(m.ratio - 1) * 100 > step_limit.value)
ORDER BY abs(ln(m.ratio)) DESC, m.vintage_id, m.fy, m.line_id
