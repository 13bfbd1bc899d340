-- question: Are the 18,000 posts in the boards alone, or in all three bodies?
-- answer: {% set all, boards, ruled_out = row(scope_id='all_three'), row(scope_id='icb'), row(scope_id='icb', is_used=false, reason='infeasible') %}
-- answer: {% if all and ruled_out %}In all three bodies: up to {{ all.value_high|whole }} posts by {{ all.independent_origins|whole }} independent origins; that the boards alone lose {{ ruled_out.claimed|int|whole }} is ruled out by the stated cut of their staff
-- answer: {%- if boards.value_high is not none %}, and {{ boards.value_high|whole }} is what stands for them{% endif %} (as known on {{ all.known_by|day }}).
-- answer: {% elif all %}In all three bodies, up to {{ all.value_high|whole }} posts; no claim about the boards alone is ruled out (as known on {{ all.known_by|day }}).
-- answer: {% else %}Not known: no claim about all three bodies is held (as known on {{ rows[0].known_by|day }}).{% endif %}
-- how to read: One row for each scope of which posts are claimed, as believed at the latest vintage, with the claims that are used and those that are not. "infeasible" claims are ruled out by the contradiction beside them, whose arithmetic nhs-assets question writes out; a garbled passage is not used.
-- in words: ruled_out_by
WITH latest AS (
    SELECT v.vintage_id
    FROM evidence.vintage AS v
    ORDER BY v.known_from DESC
    LIMIT 1
)

SELECT
    r.scope_id,
    r.value_low,
    r.value_central,
    r.value_high,
    r.rule,
    r.claim_grade,
    r.independent_origins,
    p.claim_id,
    c.source_id,
    p.is_used,
    p.reason,
    c.value_text AS claimed,
    'evidence.contradiction/' || x.claim_a || '/' || x.claim_b || '/' || x.conflict_type AS ruled_out_by,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM evidence.resolution AS r
INNER JOIN latest AS l ON l.vintage_id = r.vintage_id
INNER JOIN evidence.resolution_claim AS p
    ON
        p.measure_id = r.measure_id
        AND p.scope_id = r.scope_id
        AND p.period_id = r.period_id
        AND p.vintage_id = r.vintage_id
INNER JOIN evidence.claim AS c ON c.claim_id = p.claim_id
LEFT JOIN evidence.contradiction AS x
    ON x.infeasible_claim_id = p.claim_id AND x.conflict_type = 'scope'
WHERE r.measure_id = 'posts_removed'
ORDER BY r.scope_id, p.is_used DESC, p.claim_id
