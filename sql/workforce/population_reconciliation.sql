WITH boards AS (
    SELECT
        CAST(sum(b.registered_population) AS BIGINT) AS people,
        count(b.registered_population) AS boards
    FROM workforce.baseline_before_succession AS b
    WHERE b.body = 'icb'
),

practice_file AS (
    SELECT
        CAST(p.value AS BIGINT) AS people,
        p.confidence
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'practice_file_population' AND p.is_current
)

SELECT
    'sum_of_boards' AS population_id,
    b.people,
    b.boards,
    'F(d)' AS confidence
FROM boards AS b
UNION ALL
SELECT
    'practice_file' AS population_id,
    f.people,
    CAST(0 AS BIGINT) AS boards,
    f.confidence
FROM practice_file AS f
UNION ALL
SELECT
    'difference' AS population_id,
    b.people - f.people AS people,
    b.boards,
    'F(d)' AS confidence
FROM boards AS b
CROSS JOIN practice_file AS f
