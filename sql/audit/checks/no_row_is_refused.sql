-- table: audit.quarantine
-- severity: warn
-- title: No row of a seed was set aside, and no dropped file was refused.
-- remedy: Mend or remove the rows in the file named, then seal it; for a dropped file, see nhs-assets inbox. Until then the tables do without them.
SELECT
    q.file,
    q.row,
    q.column_name,
    q.broken_rule,
    q.found,
    q.remedy
FROM audit.quarantine AS q
