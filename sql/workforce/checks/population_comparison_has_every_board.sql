-- table: workforce.population_comparison
-- identity: W6
-- severity: error
-- title: Each year of an allocation has every board open at its end, with the population of the file.
-- remedy: Compare raw.board_population with workforce.organisation; add a merger to the organisation seed first.
WITH allocated AS (
    SELECT DISTINCT
        y.fy,
        y.last_day
    FROM raw.board_population AS p
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
)

SELECT
    o.ods_code,
    a.fy,
    p.registered_population AS expected_people,
    c.allocated_population AS actual_people,
    o.registered_population AS expected_held_people,
    c.registered_population AS actual_held_people
FROM allocated AS a
INNER JOIN workforce.organisation AS o
    ON
        o.body = 'icb'
        AND o.valid_from <= a.last_day
        AND (o.valid_to IS NULL OR o.valid_to >= a.last_day)
LEFT JOIN raw.board_population AS p ON p.ods_code = o.ods_code AND p.fy = a.fy
LEFT JOIN workforce.population_comparison AS c ON c.ods_code = o.ods_code AND c.fy = a.fy
WHERE
    p.registered_population IS NULL
    OR c.allocated_population IS NULL
    OR c.allocated_population <> p.registered_population
    OR c.registered_population <> o.registered_population
    OR c.difference_people <> p.registered_population - o.registered_population
