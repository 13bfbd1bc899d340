-- table: evidence.source
-- identity: M4
-- severity: error
-- title: A document written from another is held beside it and counts as the same origin.
-- remedy: Give both documents one origin group in the source seed, or drop the derivation.
SELECT
    s.source_id,
    s.derived_from_source_id,
    s.origin_group AS actual_origin_group,
    original.origin_group AS expected_origin_group
FROM evidence.source AS s
LEFT JOIN evidence.source AS original ON original.source_id = s.derived_from_source_id
WHERE
    s.derived_from_source_id IS NOT NULL
    AND (original.source_id IS NULL OR original.origin_group <> s.origin_group)
