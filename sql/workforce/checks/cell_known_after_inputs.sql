-- table: workforce.cell
-- identity: M5
-- severity: error
-- title: No cell is known before the last parameter, organisation, headcount, staff list and document it rests on.
-- remedy: Take the day from the latest of the inputs, in nhs_assets/model/programme.py.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    UNION ALL
    SELECT max(l.known_from) AS known_from
    FROM raw.staff_list AS l
    UNION ALL
    SELECT max(s.known_from) AS known_from
    FROM raw.band_age_mix AS m
    INNER JOIN evidence.source AS s ON s.source_id = m.source_id
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    c.ods_code,
    c.grade,
    c.age_band,
    c.service_band,
    l.known_from AS expected_not_before,
    c.known_from AS actual_known_from
FROM workforce.cell AS c
CROSS JOIN last_known AS l
WHERE c.known_from < l.known_from
