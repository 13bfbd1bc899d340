-- table: audit.alert
-- severity: error
-- title: Every conclusion that moved has an alert.
-- remedy: A move would go unnoticed; look at how alerts are made from what moved.
SELECT
    a.conclusion_id,
    a.figure,
    a.move
FROM audit.attribution AS a
LEFT JOIN audit.alert AS t ON t.conclusion_id = a.conclusion_id
WHERE t.conclusion_id IS NULL
