WITH boards AS (
    SELECT
        sum(b.registered_population) AS people,
        count(b.registered_population) AS boards,
        max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    WHERE b.body = 'icb'
),

practice_file AS (
    SELECT
        p.value AS people,
        p.confidence,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'practice_file_population' AND p.is_current
)

SELECT
    'sum_of_boards' AS population_id,
    CAST(b.people AS BIGINT) AS people,
    CAST(b.boards AS BIGINT) AS boards,
    'F(d)' AS confidence,
    b.known_from
FROM boards AS b
UNION ALL
SELECT
    'practice_file' AS population_id,
    CAST(f.people AS BIGINT) AS people,
    CAST(0 AS BIGINT) AS boards,
    f.confidence,
    f.known_from
FROM practice_file AS f
UNION ALL
SELECT
    'difference' AS population_id,
    CAST(b.people AS BIGINT) - CAST(f.people AS BIGINT) AS people,
    CAST(b.boards AS BIGINT) AS boards,
    'F(d)' AS confidence,
    greatest(b.known_from, f.known_from) AS known_from
FROM boards AS b
CROSS JOIN practice_file AS f
