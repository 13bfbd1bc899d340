-- table: evidence.source
-- identity: W4
-- severity: error
-- title: A file from the inbox that a table compares with others serves the rows it should, and none once it is superseded.
-- remedy: Look at the file's folder in the archive; if its rows stop the refresh, run: nhs-assets inbox withdraw.
WITH served AS (
    SELECT
        'raw.staff_group_month' AS raw_table,
        r.source_id
    FROM raw.staff_group_month AS r
    UNION ALL
    SELECT
        'raw.staff_grade_month' AS raw_table,
        r.source_id
    FROM raw.staff_grade_month AS r
    UNION ALL
    SELECT
        'raw.board_population' AS raw_table,
        r.source_id
    FROM raw.board_population AS r
    UNION ALL
    SELECT
        'raw.treasury_deflator' AS raw_table,
        r.source_id
    FROM raw.treasury_deflator AS r
),

counted AS (
    SELECT
        s.raw_table,
        s.source_id,
        count(*) AS actual_rows
    FROM served AS s
    GROUP BY s.raw_table, s.source_id
)

SELECT
    f.file,
    f.inbox_status,
    c.raw_table,
    c.source_id,
    f.serving_rows AS expected_rows,
    CAST(coalesce(c.actual_rows, 0) AS BIGINT) AS actual_rows
FROM raw.inbox_file AS f
FULL JOIN counted AS c ON c.source_id = f.source_id AND c.raw_table = f.raw_table
WHERE
    (
        c.source_id IS NULL
        AND f.serving_rows > 0
        AND f.raw_table IN (
            'raw.staff_group_month', 'raw.staff_grade_month', 'raw.board_population', 'raw.treasury_deflator'
        )
    )
    -- The seeds of these tables are empty: every row is of a file in the list.
    OR (c.source_id IS NOT NULL AND (f.file IS NULL OR c.actual_rows <> f.serving_rows))
