-- What is believed of each quantity at each vintage, from the claims that the rules left standing.
WITH weighed AS (
    SELECT
        r.measure_id,
        r.scope_id,
        r.period_id,
        r.vintage_id,
        r.claim_id,
        r.is_used,
        r.reason,
        r.settled_by,
        r.claim_grade,
        r.origin_group,
        c.source_id,
        c.unit,
        c.value_central,
        c.value_date,
        coalesce(c.value_low, c.value_central, c.value_high) AS lowest,
        coalesce(c.value_high, c.value_central, c.value_low) AS highest,
        row_number() OVER (
            PARTITION BY r.measure_id, r.scope_id, r.period_id, r.vintage_id
            ORDER BY
                CASE r.reason WHEN 'chosen' THEN 0 ELSE 1 END,
                CASE WHEN c.qualifier IN ('more_than', 'at_least', 'vague') THEN 1 ELSE 0 END,
                r.claim_grade,
                c.known_from DESC,
                c.claim_id
        ) AS place
    FROM evidence.resolution_claim AS r
    INNER JOIN evidence.claim AS c ON c.claim_id = r.claim_id
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
        count(DISTINCT CASE WHEN w.is_used THEN w.origin_group END) AS independent_origins,
        count(DISTINCT CASE WHEN w.is_used THEN w.source_id END) AS documents_used,
        min(CASE WHEN w.is_used THEN w.claim_grade END) AS evidence_grade,
        max(CASE WHEN w.reason = 'infeasible' THEN 1 ELSE 0 END) AS drops_infeasible,
        max(CASE WHEN w.reason = 'in_hull' THEN 1 ELSE 0 END) AS keeps_hull,
        min(CASE WHEN w.reason IN ('chosen', 'in_hull', 'scenario') THEN w.lowest END) AS chosen_low,
        max(CASE WHEN w.reason IN ('chosen', 'in_hull', 'scenario') THEN w.highest END) AS chosen_high,
        max(CASE WHEN w.reason = 'chosen' THEN w.lowest END) AS greatest_low,
        min(CASE WHEN w.reason = 'chosen' THEN w.highest END) AS least_high,
        min(w.lowest) AS any_low,
        max(w.highest) AS any_high,
        min(CASE WHEN w.is_used THEN w.value_date END) AS used_earliest,
        max(CASE WHEN w.is_used THEN w.value_date END) AS used_latest,
        min(w.value_date) AS any_earliest,
        max(w.value_date) AS any_latest
    FROM weighed AS w
    GROUP BY w.measure_id, w.scope_id, w.period_id, w.vintage_id
),

ruled AS (
    SELECT
        n.measure_id,
        n.scope_id,
        n.period_id,
        n.vintage_id,
        n.unit,
        n.claims_used,
        n.claims_rejected,
        n.independent_origins,
        n.documents_used,
        n.evidence_grade,
        coalesce(n.chosen_low, n.any_low) AS lowest,
        coalesce(n.chosen_high, n.any_high) AS highest,
        coalesce(n.used_earliest, n.any_earliest) AS earliest_date,
        coalesce(n.used_latest, n.any_latest) AS latest_date,
        CASE
            WHEN n.keeps_hull = 1 THEN 'interval_hull'
            WHEN n.settled_by = 'none' THEN 'unresolved'
            WHEN n.settled_by = 'day' THEN 'latest'
            WHEN n.settled_by = 'grade' AND n.evidence_grade IN ('A', 'B') THEN 'official_over_press'
            WHEN n.settled_by = 'grade' THEN 'better_grade'
            WHEN n.drops_infeasible = 1 THEN 'feasible_only'
            WHEN n.greatest_low <> n.chosen_low OR n.least_high <> n.chosen_high THEN 'interval_hull'
            ELSE 'agreed'
        END AS rule,
        n.keeps_hull
    FROM counted AS n
)

SELECT
    r.measure_id,
    r.scope_id,
    r.period_id,
    r.vintage_id,
    r.lowest AS value_low,
    CASE WHEN r.rule <> 'unresolved' AND r.keeps_hull = 0 THEN w.value_central END AS value_central,
    r.highest AS value_high,
    r.earliest_date,
    CASE WHEN r.rule <> 'unresolved' AND r.keeps_hull = 0 THEN w.value_date END AS central_date,
    r.latest_date,
    r.unit,
    r.rule,
    CASE
        WHEN r.claims_used = 0 THEN 'Every claim known is garbled, ruled out or superseded, so none is believed.'
        WHEN r.rule = 'agreed' THEN 'All sound claims allow one value.'
        WHEN r.rule = 'feasible_only' THEN 'Claims that arithmetic rules out are left aside; the others allow one value.'
        WHEN r.rule = 'official_over_press' THEN 'Claims disagree; those of the best grade, which is official, allow one value.'
        WHEN r.rule = 'better_grade' THEN 'Claims disagree; those of the best grade allow one value.'
        WHEN r.rule = 'latest' THEN 'Claims of the best grade disagree; those of the latest day allow one value.'
        WHEN r.rule = 'interval_hull'
            THEN 'The claims chosen state different values that do not exclude one another; all that they state is kept.'
        ELSE 'No rule prefers one of the values, so each runs as a scenario and none is averaged.'
    END AS rationale,
    r.evidence_grade,
    CASE WHEN r.rule <> 'unresolved' AND r.keeps_hull = 0 THEN w.claim_id END AS chosen_claim_id,
    CAST(r.independent_origins AS BIGINT) AS independent_origins,
    CAST(r.documents_used AS BIGINT) AS documents_used,
    r.claims_used,
    r.claims_rejected,
    v.known_from
FROM ruled AS r
INNER JOIN weighed AS w
    ON
        w.measure_id = r.measure_id
        AND w.scope_id = r.scope_id
        AND w.period_id = r.period_id
        AND w.vintage_id = r.vintage_id
        AND w.place = 1
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
