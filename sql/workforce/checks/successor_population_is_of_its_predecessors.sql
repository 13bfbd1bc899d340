-- table: workforce.baseline
-- identity: W8
-- severity: error
-- title: The population in the organisation seed of a board of now is that of its predecessors by share, to the person.
-- remedy: Work out the successor's population in seeds/workforce/organisation.csv again, or its shares in succession.csv.
WITH latest AS (
    SELECT
        o.ods_code,
        o.registered_population,
        row_number() OVER (PARTITION BY o.ods_code ORDER BY o.valid_from DESC) AS place
    FROM workforce.organisation AS o
    WHERE o.body = 'icb'
)

SELECT
    b.ods_code,
    l.registered_population AS expected_people,
    b.registered_population AS actual_people
FROM workforce.baseline AS b
LEFT JOIN latest AS l ON l.ods_code = b.ods_code AND l.place = 1
WHERE b.body = 'icb' AND (l.registered_population IS NULL OR b.registered_population <> l.registered_population)
