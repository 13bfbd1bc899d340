-- question: Where does this number come from: the low end of the official funding gap?
-- how to read: One row for each column on the way from the figure to the seeds, by steps; the last steps name the seed file, its publisher and its licence. Another figure: change the table and column in the first SELECT, or ask nhs-assets explain, which shows values, documents and claims too. only_where says which rows of the table before a step it is behind; where it names another row than yours, leave that branch aside.
WITH RECURSIVE way AS (
    SELECT
        0 AS step,
        'overspend.funding_gap' AS table_name,
        'gap_low_gbp_m' AS column_name,
        CAST(NULL AS VARCHAR) AS reached_from,
        CAST(NULL AS VARCHAR) AS only_where
    UNION
    SELECT
        w.step + 1 AS step,
        l.from_table AS table_name,
        l.from_column AS column_name,
        w.table_name AS reached_from,
        l.only_where
    FROM way AS w
    INNER JOIN audit.lineage AS l
        ON l.table_name = w.table_name AND (l.column_name = w.column_name OR w.column_name = '*')
    WHERE coalesce(w.only_where, '') NOT LIKE '%modelled_cost_against_reprofile%'
)

SELECT DISTINCT
    w.step,
    w.table_name,
    w.column_name,
    w.reached_from,
    w.only_where,
    f.expression,
    p.weakest_confidence,
    s.file AS seed_file,
    s.publisher,
    s.licence,
    s.sha256 AS seed_sha256
FROM way AS w
LEFT JOIN audit.formula AS f ON f.table_name = w.table_name AND f.column_name = w.column_name
LEFT JOIN audit.published_table AS p ON p.table_name = w.table_name
LEFT JOIN audit.seed_file AS s ON s.raw_table = w.table_name
ORDER BY w.step, w.table_name, w.column_name, w.reached_from, s.file
