-- table: workforce.organisation
-- identity: W6
-- severity: error
-- title: On the day the deal was reported, and on each day of a succession, as many boards as expected were open.
-- remedy: Check the validity dates and the ODS and ONS codes of the boards in the organisation seed.
WITH dated AS (
    SELECT v.known_from AS on_day
    FROM evidence.vintage AS v
    WHERE v.vintage_id = 'press_2025_11'
    UNION
    SELECT s.succession_date AS on_day
    FROM raw.succession AS s
),

standing AS (
    SELECT
        d.on_day,
        count(o.ods_code) AS boards,
        count(DISTINCT o.ods_code) AS ods_codes,
        count(DISTINCT o.ons_code) AS ons_codes
    FROM dated AS d
    LEFT JOIN workforce.organisation AS o
        ON
            o.body = 'icb'
            AND o.valid_from <= d.on_day
            AND (o.valid_to IS NULL OR o.valid_to >= d.on_day)
    GROUP BY d.on_day
)

SELECT
    s.on_day,
    expected.value AS expected_boards,
    s.boards AS actual_boards,
    s.ods_codes AS actual_ods_codes,
    s.ons_codes AS actual_ons_codes
FROM standing AS s
LEFT JOIN evidence.parameter_value AS expected
    ON
        expected.parameter_id = 'organisation_count_icb'
        AND expected.valid_from <= s.on_day
        AND (expected.valid_to IS NULL OR expected.valid_to >= s.on_day)
WHERE
    expected.value IS NULL
    OR s.boards <> expected.value
    OR s.ods_codes <> expected.value
    OR s.ons_codes <> expected.value
