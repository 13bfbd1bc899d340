-- table: workforce.organisation
-- identity: W6
-- severity: error
-- title: On the day the deal was reported, the expected number of boards were open, each with its own ODS and ONS code.
-- remedy: Check the validity dates and codes of the boards in the organisation seed.
WITH standing AS (
    SELECT
        count(*) AS boards,
        count(DISTINCT o.ods_code) AS ods_codes,
        count(DISTINCT o.ons_code) AS ons_codes
    FROM workforce.organisation AS o
    INNER JOIN evidence.vintage AS v ON v.vintage_id = 'press_2025_11'
    WHERE
        o.body = 'icb'
        AND o.valid_from <= v.known_from
        AND (o.valid_to IS NULL OR o.valid_to >= v.known_from)
)

SELECT
    expected.value AS expected_boards,
    s.boards AS actual_boards,
    s.ods_codes AS actual_ods_codes,
    s.ons_codes AS actual_ons_codes
FROM standing AS s
LEFT JOIN evidence.parameter_value AS expected
    ON expected.parameter_id = 'organisation_count_icb' AND expected.is_current
WHERE
    expected.value IS NULL
    OR s.boards <> expected.value
    OR s.ods_codes <> expected.value
    OR s.ons_codes <> expected.value
