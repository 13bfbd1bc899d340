-- table: workforce.population_reconciliation
-- identity: M5
-- severity: error
-- title: No sum of populations is known before what is summed.
-- remedy: Take the day from the latest of the inputs, in sql/workforce/population_reconciliation.sql.
WITH inputs AS (
    SELECT
        'practice_file' AS population_id,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'practice_file_population' AND p.is_current
    UNION ALL
    SELECT
        'sum_of_boards' AS population_id,
        max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    WHERE b.body = 'icb'
)

SELECT
    r.population_id,
    i.known_from AS expected_not_before,
    r.known_from AS actual_known_from
FROM workforce.population_reconciliation AS r
INNER JOIN inputs AS i ON i.population_id = r.population_id OR r.population_id = 'difference'
WHERE r.known_from < i.known_from
