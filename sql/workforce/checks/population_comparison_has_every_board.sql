-- table: workforce.population_comparison
-- identity: W6
-- severity: error
-- title: Each allocation has every board open on one day and no other, with the population of the file.
-- remedy: Take out the file if it names a board and its successor; else compare raw.board_population with the seed.
WITH last_open AS (
    SELECT
        o.ods_code,
        max(coalesce(o.valid_to, DATE '9999-12-31')) AS last_day
    FROM workforce.organisation AS o
    GROUP BY o.ods_code
),

allocation AS (
    SELECT
        p.fy,
        least(y.last_day, min(l.last_day)) AS on_day
    FROM raw.board_population AS p
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
    INNER JOIN last_open AS l ON l.ods_code = p.ods_code
    GROUP BY p.fy, y.last_day
),

expected AS (
    SELECT
        a.fy,
        o.ods_code,
        o.registered_population
    FROM allocation AS a
    INNER JOIN workforce.organisation AS o
        ON
            o.body = 'icb'
            AND o.valid_from <= a.on_day
            AND (o.valid_to IS NULL OR o.valid_to >= a.on_day)
)

SELECT
    coalesce(e.ods_code, p.ods_code) AS ods_code,
    coalesce(e.fy, p.fy) AS fy,
    p.registered_population AS expected_people,
    c.allocated_population AS actual_people,
    e.registered_population AS expected_held_people,
    c.registered_population AS actual_held_people
FROM expected AS e
FULL OUTER JOIN raw.board_population AS p ON p.ods_code = e.ods_code AND p.fy = e.fy
LEFT JOIN workforce.population_comparison AS c ON c.ods_code = p.ods_code AND c.fy = p.fy
WHERE
    p.registered_population IS NULL
    OR e.ods_code IS NULL
    OR c.allocated_population IS NULL
    OR c.allocated_population <> p.registered_population
    OR c.registered_population <> e.registered_population
    OR c.difference_people <> p.registered_population - e.registered_population
