-- table: overspend.funding_gap
-- identity: O8
-- severity: error
-- title: Every pairing of cost and money stands, so that no one billion is quietly set against another.
-- remedy: A parameter of the reading is missing or misspelt, or the central scenario has no cost.
WITH reading AS (
    SELECT 'official_cost_against_reprofile' AS reading_id
    UNION ALL
    SELECT 'press_cost_against_press_overspend' AS reading_id
    UNION ALL
    SELECT 'press_cost_against_reprofile' AS reading_id
    UNION ALL
    SELECT 'modelled_cost_against_reprofile' AS reading_id
)

SELECT
    r.reading_id AS expected_reading_id,
    g.reading_id AS actual_reading_id
FROM reading AS r
LEFT JOIN overspend.funding_gap AS g ON g.reading_id = r.reading_id
WHERE g.reading_id IS NULL
