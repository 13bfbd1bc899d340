-- For each vintage, the claims known by its day, and whether each is behind what is believed of its quantity.
WITH doubted AS (
    SELECT
        v.vintage_id,
        x.claim_a AS claim_id,
        max(CASE WHEN x.infeasible_claim_id = x.claim_a THEN 1 ELSE 0 END) = 1 AS is_infeasible,
        max(CASE WHEN x.conflict_type = 'superseded' AND x.how_found = 'judgement' THEN 1 ELSE 0 END) = 1
            AS is_superseded
    FROM evidence.contradiction AS x
    INNER JOIN evidence.vintage AS v ON v.known_from >= x.known_from
    GROUP BY v.vintage_id, x.claim_a
),

known AS (
    SELECT
        c.measure_id,
        c.scope_id,
        c.period_id,
        v.vintage_id,
        c.claim_id,
        c.claim_grade,
        c.origin_group,
        c.known_from AS claim_known_from,
        c.allows_low,
        c.allows_high,
        coalesce(
            coalesce(c.value_low, c.value_high) IS NOT NULL
            AND coalesce(c.value_low, c.value_central, c.value_high)
            <> coalesce(c.value_high, c.value_central, c.value_low),
            FALSE
        ) AS is_range,
        CASE
            WHEN d.is_infeasible THEN 'infeasible'
            WHEN c.fidelity = 'garbled' THEN 'garbled'
            WHEN d.is_superseded THEN 'superseded'
            ELSE 'sound'
        END AS standing
    FROM evidence.claim AS c
    INNER JOIN evidence.vintage AS v ON v.known_from >= c.known_from
    LEFT JOIN doubted AS d ON d.vintage_id = v.vintage_id AND d.claim_id = c.claim_id
),

-- Of the sound claims, the best grade, and within it the latest day.
graded AS (
    SELECT
        k.*,
        min(CASE WHEN k.standing = 'sound' THEN k.claim_grade END) OVER (
            PARTITION BY k.measure_id, k.scope_id, k.period_id, k.vintage_id
        ) AS best_grade
    FROM known AS k
),

dated AS (
    SELECT
        g.*,
        g.standing = 'sound' AS is_sound,
        g.standing = 'sound' AND g.claim_grade = g.best_grade AS is_best,
        max(CASE WHEN g.standing = 'sound' AND g.claim_grade = g.best_grade THEN g.claim_known_from END) OVER (
            PARTITION BY g.measure_id, g.scope_id, g.period_id, g.vintage_id
        ) AS latest_day
    FROM graded AS g
),

-- The greatest low end and the least high end of each set of claims: one value fits all of a set if they do not cross.
narrowed AS (
    SELECT
        d.*,
        max(CASE WHEN d.is_sound THEN d.allows_low END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS low_of_all,
        min(CASE WHEN d.is_sound THEN d.allows_high END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS high_of_all,
        max(CASE WHEN d.is_best THEN d.allows_low END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS low_of_grade,
        min(CASE WHEN d.is_best THEN d.allows_high END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS high_of_grade,
        max(CASE WHEN d.is_best AND d.claim_known_from = d.latest_day THEN d.allows_low END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS low_of_day,
        min(CASE WHEN d.is_best AND d.claim_known_from = d.latest_day THEN d.allows_high END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS high_of_day,
        max(CASE WHEN d.is_best AND d.claim_known_from = d.latest_day THEN d.is_range END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS holds_range,
        min(CASE WHEN d.is_best AND d.claim_known_from = d.latest_day THEN d.is_range END) OVER (
            PARTITION BY d.measure_id, d.scope_id, d.period_id, d.vintage_id
        ) AS holds_no_point
    FROM dated AS d
),

-- The first of these sets in which all claims allow some one value decides.
decided AS (
    SELECT
        n.*,
        CASE
            WHEN n.best_grade IS NULL THEN 'none'
            WHEN coalesce(n.low_of_all <= n.high_of_all + 1e-6, TRUE) THEN 'all'
            WHEN coalesce(n.low_of_grade <= n.high_of_grade + 1e-6, TRUE) THEN 'grade'
            WHEN coalesce(n.low_of_day <= n.high_of_day + 1e-6, TRUE) THEN 'day'
            ELSE 'none'
        END AS settled_by
    FROM narrowed AS n
),

chosen AS (
    SELECT
        d.*,
        d.is_sound
        AND (d.settled_by = 'all' OR d.is_best)
        AND (d.settled_by IN ('all', 'grade') OR d.claim_known_from = d.latest_day) AS is_chosen
    FROM decided AS d
),

bounded AS (
    SELECT
        c.*,
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
        b.*,
        CASE
            WHEN NOT b.is_sound THEN b.standing
            WHEN b.settled_by = 'none' AND b.is_chosen AND b.holds_range AND NOT b.holds_no_point THEN 'in_hull'
            WHEN b.settled_by = 'none' AND b.is_chosen THEN 'scenario'
            WHEN b.is_chosen THEN 'chosen'
            WHEN
                b.settled_by <> 'none'
                AND coalesce(b.allows_low <= b.chosen_high + 1e-6, TRUE)
                AND coalesce(b.allows_high + 1e-6 >= b.chosen_low, TRUE)
                THEN 'agrees'
            WHEN b.claim_grade <> b.best_grade THEN 'lower_grade'
            ELSE 'earlier'
        END AS reason
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
    j.settled_by
FROM judged AS j
