-- What is believed of each quantity at each vintage, from the claims that the rules left standing. An upper bound states
-- no low end and a lower bound no high end; a bound of the best grade leaves that end open unless another claim closes it.
WITH weighed AS (
    SELECT
        r.*,
        c.source_id,
        -- A newspaper that carries a text in which others say so is no claimant of its own.
        CASE
            WHEN
                c.party <> 'press'
                OR max(CASE WHEN r.is_used AND c.party <> 'press' THEN 1 ELSE 0 END) OVER (
                    PARTITION BY r.measure_id, r.scope_id, r.period_id, r.vintage_id, r.origin_group
                ) = 0
                THEN c.party
        END AS party,
        c.unit,
        c.qualifier,
        c.value_central,
        c.value_date,
        c.confidence,
        c.attribution = 'project' AS is_own,
        CASE c.confidence WHEN 'F' THEN 0 WHEN 'F(d)' THEN 1 ELSE 2 END AS doubt,
        c.known_from AS claim_known_from,
        c.qualifier = 'up_to' AS is_upper_bound,
        c.qualifier IN ('more_than', 'at_least', 'vague') AS is_lower_bound,
        r.reason IN ('chosen', 'in_hull', 'scenario') AS is_behind,
        coalesce(c.value_low, c.value_central, c.value_high) AS lowest,
        coalesce(c.value_high, c.value_central, c.value_low) AS highest,
        min(CASE WHEN r.reason IN ('chosen', 'in_hull', 'scenario') THEN r.claim_grade END) OVER (
            PARTITION BY r.measure_id, r.scope_id, r.period_id, r.vintage_id
        ) AS grade_behind
    FROM evidence.resolution_claim AS r
    INNER JOIN evidence.claim AS c ON c.claim_id = r.claim_id
),

-- Of the claims behind what is believed, by grade: the best that states a value, and the best that states a bound.
best_value AS (
    SELECT
        w.*,
        w.is_upper_bound OR w.is_lower_bound AS is_bound
    FROM weighed AS w
    WHERE w.is_behind
    QUALIFY row_number() OVER (
        PARTITION BY w.measure_id, w.scope_id, w.period_id, w.vintage_id
        ORDER BY
            w.claim_grade,
            CASE WHEN w.is_upper_bound OR w.is_lower_bound THEN 1 ELSE 0 END,
            w.claim_known_from DESC,
            w.claim_id
    ) = 1
),

best_bound AS (
    SELECT w.*
    FROM weighed AS w
    WHERE w.is_behind
    QUALIFY row_number() OVER (
        PARTITION BY w.measure_id, w.scope_id, w.period_id, w.vintage_id
        ORDER BY
            w.claim_grade,
            CASE WHEN w.is_upper_bound OR w.is_lower_bound THEN 0 ELSE 1 END,
            w.claim_known_from DESC,
            w.claim_id
    ) = 1
),

counted AS (
    SELECT
        w.measure_id,
        w.scope_id,
        w.period_id,
        w.vintage_id,
        max(w.unit) AS unit,
        max(w.settled_by) AS settled_by,
        CAST(sum(CASE WHEN w.is_used THEN 1 ELSE 0 END) AS BIGINT) AS claims_used,
        CAST(sum(CASE WHEN w.is_used THEN 0 ELSE 1 END) AS BIGINT) AS claims_rejected,
        count(DISTINCT CASE WHEN w.is_used AND NOT w.is_own THEN w.origin_group END) AS independent_origins,
        count(DISTINCT CASE WHEN w.is_used AND NOT w.is_own THEN w.party END) AS independent_claimants,
        count(DISTINCT CASE WHEN w.is_used THEN w.source_id END) AS documents_used,
        min(CASE WHEN w.is_used THEN w.claim_grade END) AS claim_grade,
        max(CASE WHEN w.is_behind AND NOT w.is_own THEN 1 ELSE 0 END) AS is_stated,
        max(CASE WHEN w.is_behind THEN w.doubt END) AS most_doubt,
        max(CASE WHEN w.is_behind AND w.confidence = 'E' THEN 1 ELSE 0 END) AS holds_estimate,
        max(CASE WHEN w.reason = 'infeasible' THEN 1 ELSE 0 END) AS drops_infeasible,
        max(CASE WHEN w.reason = 'in_hull' THEN 1 ELSE 0 END) AS keeps_hull,
        min(CASE WHEN w.is_behind THEN w.lowest END) AS chosen_low,
        max(CASE WHEN w.is_behind THEN w.highest END) AS chosen_high,
        min(CASE WHEN w.is_behind AND NOT w.is_upper_bound THEN w.lowest END) AS stated_low,
        max(CASE WHEN w.is_behind AND NOT w.is_lower_bound THEN w.highest END) AS stated_high,
        max(CASE WHEN w.is_behind AND w.is_upper_bound AND w.claim_grade = w.grade_behind THEN 1 ELSE 0 END)
            AS has_upper_bound,
        max(CASE WHEN w.is_behind AND w.is_lower_bound AND w.claim_grade = w.grade_behind THEN 1 ELSE 0 END)
            AS has_lower_bound,
        max(CASE WHEN w.is_behind AND (w.is_lower_bound OR w.qualifier = 'range') THEN 1 ELSE 0 END) AS closes_below,
        max(CASE WHEN w.is_behind AND (w.is_upper_bound OR w.qualifier = 'range') THEN 1 ELSE 0 END) AS closes_above,
        max(CASE WHEN w.reason = 'chosen' THEN w.lowest END) AS greatest_low,
        min(CASE WHEN w.reason = 'chosen' THEN w.highest END) AS least_high,
        min(CASE WHEN w.is_used THEN w.value_date END) AS earliest_date,
        max(CASE WHEN w.is_used THEN w.value_date END) AS latest_date
    FROM weighed AS w
    GROUP BY w.measure_id, w.scope_id, w.period_id, w.vintage_id
),

ruled AS (
    SELECT
        n.*,
        CASE
            WHEN n.most_doubt = 0 THEN 'F'
            WHEN n.most_doubt = 1 THEN 'F(d)'
            WHEN n.holds_estimate = 1 THEN 'E'
            WHEN n.most_doubt = 2 THEN 'K'
        END AS confidence,
        n.has_upper_bound = 1
        AND n.latest_date IS NULL
        AND (n.settled_by = 'none' OR n.closes_below = 0) AS is_open_below,
        n.has_lower_bound = 1
        AND n.latest_date IS NULL
        AND (n.settled_by = 'none' OR n.closes_above = 0) AS is_open_above,
        n.claims_used > 0 AND n.settled_by <> 'none' AS has_central,
        CASE
            WHEN n.claims_used = 0 THEN 'none_believed'
            WHEN n.settled_by = 'none' AND n.keeps_hull = 0 THEN 'unresolved'
            WHEN n.is_stated = 0 THEN 'own_reading'
            WHEN n.keeps_hull = 1 THEN 'interval_hull'
            WHEN n.settled_by = 'day' THEN 'latest'
            WHEN n.settled_by = 'grade' AND n.claim_grade IN ('A', 'B') THEN 'official_over_press'
            WHEN n.settled_by = 'grade' THEN 'better_grade'
            WHEN n.drops_infeasible = 1 THEN 'feasible_only'
            WHEN n.greatest_low <> n.chosen_low OR n.least_high <> n.chosen_high THEN 'interval_hull'
            ELSE 'agreed'
        END AS rule
    FROM counted AS n
)

SELECT
    r.measure_id,
    r.scope_id,
    r.period_id,
    r.vintage_id,
    CASE WHEN NOT r.is_open_below THEN r.stated_low END AS value_low,
    CASE WHEN r.has_central AND NOT b.is_bound THEN b.value_central END AS value_central,
    CASE WHEN NOT r.is_open_above THEN r.stated_high END AS value_high,
    q.qualifier,
    r.earliest_date,
    CASE WHEN r.has_central THEN b.value_date END AS central_date,
    r.latest_date,
    r.unit,
    r.rule,
    r.claim_grade,
    r.confidence,
    CASE WHEN r.has_central THEN b.claim_id END AS chosen_claim_id,
    CAST(r.independent_origins AS BIGINT) AS independent_origins,
    CAST(r.independent_claimants AS BIGINT) AS independent_claimants,
    CAST(r.documents_used AS BIGINT) AS documents_used,
    r.claims_used,
    r.claims_rejected,
    v.known_from
FROM ruled AS r
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
LEFT JOIN best_value AS b
    ON
        b.measure_id = r.measure_id
        AND b.scope_id = r.scope_id
        AND b.period_id = r.period_id
        AND b.vintage_id = r.vintage_id
LEFT JOIN best_bound AS q
    ON
        q.measure_id = r.measure_id
        AND q.scope_id = r.scope_id
        AND q.period_id = r.period_id
        AND q.vintage_id = r.vintage_id
