-- table: workforce.organisation
-- identity: W6
-- severity: error
-- title: An organisation has one row on any day, and a body that takes over its posts is held.
-- remedy: Close the earlier row before the later one opens, or add the receiving body to the organisation seed.
SELECT
    o.ods_code,
    o.valid_from,
    o.valid_to,
    other.valid_from AS overlapping_valid_from,
    o.receiving_ods_code AS expected_receiving_ods_code,
    receiving.ods_code AS actual_receiving_ods_code
FROM workforce.organisation AS o
LEFT JOIN workforce.organisation AS other
    ON
        other.ods_code = o.ods_code
        AND other.valid_from > o.valid_from
        AND (o.valid_to IS NULL OR o.valid_to >= other.valid_from)
LEFT JOIN workforce.organisation AS receiving ON receiving.ods_code = o.receiving_ods_code
WHERE
    other.ods_code IS NOT NULL
    OR o.valid_to < o.valid_from
    OR (o.receiving_ods_code IS NOT NULL AND receiving.ods_code IS NULL)
