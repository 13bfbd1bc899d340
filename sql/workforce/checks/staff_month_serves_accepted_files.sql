-- table: workforce.staff_month
-- identity: W4
-- severity: error
-- title: A file from the inbox supplies the rows it should, and none once it is superseded or refused.
-- remedy: See the file's folder in the archive; if its rows stop the refresh, run: nhs-assets inbox withdraw.
SELECT
    f.file,
    f.inbox_status,
    f.serving_rows AS expected_rows,
    CAST(count(s.ods_code) AS BIGINT) AS actual_rows
FROM raw.inbox_file AS f
LEFT JOIN workforce.staff_month AS s ON s.source_id = f.source_id
WHERE f.raw_table = 'raw.staff_month'
GROUP BY f.file, f.inbox_status, f.serving_rows
HAVING count(s.ods_code) <> f.serving_rows
