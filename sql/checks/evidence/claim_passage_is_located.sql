-- table: evidence.claim
-- identity: M2
-- severity: error
-- title: Every claim from an article has a held copy, its checksum and a passage that lies inside it.
-- remedy: Count the offsets again in the held copy, and fill in its file name, checksum and length in the source seed.
SELECT
    c.claim_id,
    c.source_id,
    s.kind,
    c.document AS actual_document,
    c.document_sha256 AS actual_sha256,
    c.char_start AS actual_start,
    c.char_end AS actual_end,
    c.document_characters AS expected_end_at_most
FROM evidence.claim AS c
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE
    (
        s.kind = 'article'
        AND (
            c.document IS NULL
            OR c.document_sha256 IS NULL
            OR c.document_characters IS NULL
            OR c.char_start IS NULL
            OR c.char_end IS NULL
        )
    )
    -- A passage in a document whose length is not held cannot be looked up by anyone.
    OR (c.char_end IS NOT NULL AND c.char_end > coalesce(c.document_characters, 0))
