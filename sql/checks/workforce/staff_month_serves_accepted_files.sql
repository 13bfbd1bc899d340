-- table: workforce.staff_month
-- identity: W4
-- severity: error
-- title: A file from the inbox serves all of its rows if it was accepted, and none once it is superseded or refused.
-- remedy: Look at the file's folder in the archive; if its rows stop the refresh, run: nhs-assets inbox withdraw.
SELECT
    f.file,
    f.inbox_status,
    CASE WHEN f.inbox_status = 'accepted' THEN f.rows ELSE 0 END AS expected_rows,
    CAST(count(s.ods_code) AS BIGINT) AS actual_rows
FROM raw.inbox_file AS f
LEFT JOIN workforce.staff_month AS s ON s.source_id = f.source_id
WHERE f.raw_table = 'raw.staff_month'
GROUP BY f.file, f.inbox_status, f.rows
HAVING count(s.ods_code) <> CASE WHEN f.inbox_status = 'accepted' THEN f.rows ELSE 0 END
