-- For each vintage, the claims known by its day, and whether each is behind what is believed of its quantity.
WITH known AS (
    SELECT
        c.measure_id,
        c.scope_id,
        c.period_id,
        v.vintage_id,
        c.claim_id,
        c.claim_grade,
        c.origin_group,
        c.known_from AS claim_known_from,
        c.qualifier,
        c.allows_low,
        c.allows_high,
        coalesce(c.value_low, c.value_high) IS NOT NULL AND coalesce(c.value_low, c.value_central, c.value_high)
        <> coalesce(c.value_high, c.value_central, c.value_low) AS is_range,
        CASE
            WHEN max(CASE WHEN x.infeasible_claim_id = c.claim_id THEN 1 ELSE 0 END) = 1 THEN 'infeasible'
            WHEN c.fidelity = 'garbled' THEN 'garbled'
            WHEN max(CASE WHEN x.conflict_type = 'superseded' AND x.how_found = 'judgement' THEN 1 ELSE 0 END) = 1
                THEN 'superseded'
            ELSE 'sound'
        END AS standing
    FROM evidence.claim AS c
    INNER JOIN evidence.vintage AS v ON v.known_from >= c.known_from
    LEFT JOIN evidence.contradiction AS x
        ON x.claim_a = c.claim_id AND x.known_from <= v.known_from
    GROUP BY
        c.measure_id,
        c.scope_id,
        c.period_id,
        v.vintage_id,
        c.claim_id,
        c.claim_grade,
        c.origin_group,
        c.known_from,
        c.qualifier,
        c.allows_low,
        c.allows_high,
        c.value_low,
        c.value_central,
        c.value_high,
        c.fidelity
),

-- Of the sound claims, the best grade, and within it the latest day.
graded AS (
    SELECT
        k.measure_id,
        k.scope_id,
        k.period_id,
        k.vintage_id,
        min(k.claim_grade) AS best_grade,
        max(k.allows_low) AS greatest_low,
        min(k.allows_high) AS least_high
    FROM known AS k
    WHERE k.standing = 'sound'
    GROUP BY k.measure_id, k.scope_id, k.period_id, k.vintage_id
),

dated AS (
    SELECT
        k.measure_id,
        k.scope_id,
        k.period_id,
        k.vintage_id,
        max(k.claim_known_from) AS latest_day,
        max(k.allows_low) AS greatest_low,
        min(k.allows_high) AS least_high
    FROM known AS k
    INNER JOIN graded AS g
        ON
            g.measure_id = k.measure_id
            AND g.scope_id = k.scope_id
            AND g.period_id = k.period_id
            AND g.vintage_id = k.vintage_id
    WHERE k.standing = 'sound' AND k.claim_grade = g.best_grade
    GROUP BY k.measure_id, k.scope_id, k.period_id, k.vintage_id
),

last_said AS (
    SELECT
        k.measure_id,
        k.scope_id,
        k.period_id,
        k.vintage_id,
        max(k.allows_low) AS greatest_low,
        min(k.allows_high) AS least_high,
        max(CASE WHEN k.is_range THEN 1 ELSE 0 END) = 1
        AND max(CASE WHEN k.is_range THEN 0 ELSE 1 END) = 1 AS mixes_range_and_point
    FROM known AS k
    INNER JOIN graded AS g
        ON
            g.measure_id = k.measure_id
            AND g.scope_id = k.scope_id
            AND g.period_id = k.period_id
            AND g.vintage_id = k.vintage_id
    INNER JOIN dated AS d
        ON
            d.measure_id = k.measure_id
            AND d.scope_id = k.scope_id
            AND d.period_id = k.period_id
            AND d.vintage_id = k.vintage_id
    WHERE k.standing = 'sound' AND k.claim_grade = g.best_grade AND k.claim_known_from = d.latest_day
    GROUP BY k.measure_id, k.scope_id, k.period_id, k.vintage_id
),

-- The first of these sets in which all claims allow some one value decides.
decided AS (
    SELECT
        g.measure_id,
        g.scope_id,
        g.period_id,
        g.vintage_id,
        g.best_grade,
        d.latest_day,
        l.mixes_range_and_point,
        CASE
            WHEN coalesce(g.greatest_low <= g.least_high + 1e-6, TRUE) THEN 'all'
            WHEN coalesce(d.greatest_low <= d.least_high + 1e-6, TRUE) THEN 'grade'
            WHEN coalesce(l.greatest_low <= l.least_high + 1e-6, TRUE) THEN 'day'
            ELSE 'none'
        END AS decided_by
    FROM graded AS g
    INNER JOIN dated AS d
        ON
            d.measure_id = g.measure_id
            AND d.scope_id = g.scope_id
            AND d.period_id = g.period_id
            AND d.vintage_id = g.vintage_id
    INNER JOIN last_said AS l
        ON
            l.measure_id = g.measure_id
            AND l.scope_id = g.scope_id
            AND l.period_id = g.period_id
            AND l.vintage_id = g.vintage_id
),

chosen AS (
    SELECT
        k.measure_id,
        k.scope_id,
        k.period_id,
        k.vintage_id,
        k.claim_id,
        k.claim_grade,
        k.origin_group,
        k.claim_known_from,
        k.allows_low,
        k.allows_high,
        k.standing,
        d.best_grade,
        d.decided_by,
        d.mixes_range_and_point,
        k.standing = 'sound'
        AND (d.decided_by = 'all' OR k.claim_grade = d.best_grade)
        AND (d.decided_by IN ('all', 'grade') OR k.claim_known_from = d.latest_day) AS is_chosen
    FROM known AS k
    LEFT JOIN decided AS d
        ON
            d.measure_id = k.measure_id
            AND d.scope_id = k.scope_id
            AND d.period_id = k.period_id
            AND d.vintage_id = k.vintage_id
),

bounded AS (
    SELECT
        c.measure_id,
        c.scope_id,
        c.period_id,
        c.vintage_id,
        c.claim_id,
        c.claim_grade,
        c.origin_group,
        c.allows_low,
        c.allows_high,
        c.standing,
        c.best_grade,
        c.decided_by,
        c.mixes_range_and_point,
        coalesce(c.is_chosen, FALSE) AS is_chosen,
        max(CASE WHEN c.is_chosen THEN c.allows_low END) OVER (
            PARTITION BY c.measure_id, c.scope_id, c.period_id, c.vintage_id
        ) AS chosen_low,
        min(CASE WHEN c.is_chosen THEN c.allows_high END) OVER (
            PARTITION BY c.measure_id, c.scope_id, c.period_id, c.vintage_id
        ) AS chosen_high
    FROM chosen AS c
),

judged AS (
    SELECT
        b.measure_id,
        b.scope_id,
        b.period_id,
        b.vintage_id,
        b.claim_id,
        b.claim_grade,
        b.origin_group,
        b.best_grade,
        CASE
            WHEN b.standing <> 'sound' THEN b.standing
            WHEN b.decided_by = 'none' AND b.is_chosen AND b.mixes_range_and_point THEN 'in_hull'
            WHEN b.decided_by = 'none' AND b.is_chosen THEN 'scenario'
            WHEN b.is_chosen THEN 'chosen'
            WHEN
                b.decided_by <> 'none'
                AND coalesce(b.allows_low <= b.chosen_high + 1e-6, TRUE)
                AND coalesce(b.allows_high + 1e-6 >= b.chosen_low, TRUE)
                THEN 'agrees'
            WHEN b.claim_grade <> b.best_grade THEN 'lower_grade'
            ELSE 'earlier'
        END AS reason,
        b.decided_by
    FROM bounded AS b
)

SELECT
    j.measure_id,
    j.scope_id,
    j.period_id,
    j.vintage_id,
    j.claim_id,
    j.reason IN ('chosen', 'agrees', 'in_hull', 'scenario') AS is_used,
    j.reason,
    j.claim_grade,
    j.origin_group,
    coalesce(j.decided_by, 'none') AS settled_by,
    v.known_from
FROM judged AS j
INNER JOIN evidence.vintage AS v ON v.vintage_id = j.vintage_id
