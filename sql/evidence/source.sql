SELECT
    s.source_id,
    s.kind,
    s.publisher,
    s.title,
    s.url,
    s.published_on,
    s.document,
    s.document_sha256,
    s.document_characters,
    s.licence,
    s.evidence_grade,
    s.origin_group,
    s.derived_from_source_id,
    s.fidelity,
    CAST(count(*) OVER (PARTITION BY s.origin_group) AS BIGINT) AS documents_of_same_origin
FROM raw.source AS s
