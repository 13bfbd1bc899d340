-- table: raw.inbox_file
-- severity: warn
-- title: No figure of a publisher's file rests on a person's comparison, or stands beside one that the publisher adjusted.
-- remedy: Compare the cells named with the published table. If one differs, withdraw the file: nhs-assets inbox withdraw.
SELECT
    f.file,
    f.dropped_as,
    f.source_id,
    f.compared_cells,
    f.adjusted_cells
FROM raw.inbox_file AS f
WHERE
    f.inbox_status = 'accepted'
    AND (f.compared_cells IS NOT NULL OR f.adjusted_cells IS NOT NULL)
