SELECT
    c.claim_id,
    c.source_id,
    c.char_start,
    c.char_end,
    c.measure_id,
    c.scope_id,
    c.summary,
    c.claimant,
    c.attribution,
    c.qualifier,
    c.value_low,
    c.value_central,
    c.value_high,
    c.value_date,
    c.period,
    c.period_from_fy,
    c.period_to_fy,
    c.price_basis,
    c.fidelity,
    c.known_from,
    c.note,
    c.confidence,
    c.unit,
    s.evidence_grade,
    CASE
        WHEN s.evidence_grade = 'C' AND c.attribution IN ('unnamed_source', 'article_voice') THEN 'D'
        ELSE s.evidence_grade
    END AS claim_grade,
    s.origin_group,
    s.document,
    c.document_sha256,
    s.document_characters
FROM raw.claim AS c
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
