-- table: evidence.claim
-- identity: M2
-- severity: error
-- title: Every claim states the unit of its measure, and the checksum of the very document that is held.
-- remedy: Such a row should have been set aside when it was read; correct the unit or the checksum in the claim seed.
SELECT
    c.claim_id,
    m.unit AS expected_unit,
    c.unit AS actual_unit,
    s.document_sha256 AS expected_sha256,
    c.document_sha256 AS actual_sha256
FROM evidence.claim AS c
INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE c.unit <> m.unit OR coalesce(c.document_sha256, '') <> coalesce(s.document_sha256, '')
