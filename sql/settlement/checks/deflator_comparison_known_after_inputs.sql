-- table: settlement.deflator_comparison
-- identity: M5
-- severity: error
-- title: No comparison of deflators is known before the Treasury's workbook and the vintage of the OBR.
-- remedy: Take the day from the latest of the inputs, in sql/settlement/deflator_comparison.sql.
SELECT
    c.published_on,
    c.fy,
    s.known_from AS expected_not_before,
    v.known_from AS obr_known_from,
    c.known_from AS actual_known_from
FROM settlement.deflator_comparison AS c
LEFT JOIN evidence.source AS s ON s.source_id = c.source_id
LEFT JOIN evidence.vintage AS v ON v.vintage_id = c.obr_vintage_id
WHERE
    s.known_from IS NULL
    OR c.known_from < s.known_from
    OR c.known_from < v.known_from
