-- question: How many independent sources support £1bn a year?
-- answer: {% set now = rows|last %}
-- answer: {{ now.independent_claimants|whole }} independent claimant{{ '' if now.independent_claimants == 1 else 's' }}: {{ now.documents_used|whole }} documents of {{ now.independent_origins|whole }} origins state {{ now.value_low|money }} a year or more, but a claimant who repeats it, as the government does, counts once (as known on {{ now.known_from|day }}).
-- how to read: One row for each vintage at which the saving was claimed. value_low without value_high is a lower bound, as the qualifier says; believed_gbp_m_a_year is empty where the best grade states only that. Documents that go back to one original text count as one origin, and so does all that the department says of itself: its ministers' answers repeat one another. independent_claimants counts who says so: the government, in whatever text, is one, however often it repeats itself. press_documents and press_origins count the articles held alone; the other origin is the department.
SELECT
    v.known_from,
    r.vintage_id,
    r.value_low,
    r.value_central AS believed_gbp_m_a_year,
    r.value_high,
    r.qualifier,
    r.rule,
    r.claim_grade,
    r.documents_used,
    r.independent_origins,
    r.independent_claimants,
    count(DISTINCT CASE WHEN s.kind = 'article' THEN c.source_id END) AS press_documents,
    count(DISTINCT CASE WHEN s.kind = 'article' THEN c.origin_group END) AS press_origins
FROM evidence.resolution AS r
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
INNER JOIN evidence.resolution_claim AS p
    ON
        p.measure_id = r.measure_id
        AND p.scope_id = r.scope_id
        AND p.period_id = r.period_id
        AND p.vintage_id = r.vintage_id
        AND p.is_used
INNER JOIN evidence.claim AS c ON c.claim_id = p.claim_id
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE r.measure_id = 'annual_saving' AND r.scope_id = 'all_three'
GROUP BY v.known_from, r.vintage_id, r.value_low, r.value_central, r.value_high, r.qualifier, r.rule, r.claim_grade,
    r.documents_used, r.independent_origins, r.independent_claimants
ORDER BY v.known_from
