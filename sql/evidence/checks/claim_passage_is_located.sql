-- table: evidence.claim
-- identity: M2
-- severity: error
-- title: Every article claim can be looked up: a passage inside a held copy with checksum, or an address.
-- remedy: Count the offsets again in the held copy; give the source its checksum and length, or its address.
SELECT
    c.claim_id,
    c.source_id,
    s.kind,
    s.url AS actual_url,
    c.document AS actual_document,
    c.document_sha256 AS actual_sha256,
    c.char_start AS actual_start,
    c.char_end AS actual_end,
    c.document_characters AS expected_end_at_most
FROM evidence.claim AS c
INNER JOIN evidence.source AS s ON s.source_id = c.source_id
WHERE
    (s.kind = 'article' AND c.document IS NULL AND s.url IS NULL)
    OR (
        c.document IS NOT NULL
        AND (
            c.document_sha256 IS NULL
            OR c.document_characters IS NULL
            OR c.char_start IS NULL
            OR c.char_end IS NULL
        )
    )
    -- Offsets into a document whose length is not held lead nowhere.
    OR (c.char_end IS NOT NULL AND c.char_end > coalesce(c.document_characters, 0))
