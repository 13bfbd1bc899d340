-- Every financial year that a contract takes: those that begin in the first hundred years of the century.
WITH counted AS (
    SELECT unnest(range(0, 100)) AS place
),

named AS (
    SELECT
        CAST(2 * 1000 + c.place AS BIGINT) AS start_year,
        CAST(2 * 1000 + c.place AS VARCHAR) AS opens,
        CAST(2 * 1000 + c.place + 1 AS VARCHAR) AS closes
    FROM counted AS c
),

written AS (
    SELECT
        n.*,
        concat(n.opens, '-', right(n.closes, 2)) AS fy
    FROM named AS n
)

SELECT
    w.fy,
    w.start_year,
    CAST(concat(w.opens, '-04-01') AS DATE) AS first_day,
    CAST(concat(w.closes, '-03-31') AS DATE) AS last_day,
    lag(w.fy) OVER (ORDER BY w.start_year) AS previous_fy,
    lead(w.fy) OVER (ORDER BY w.start_year) AS next_fy
FROM written AS w
