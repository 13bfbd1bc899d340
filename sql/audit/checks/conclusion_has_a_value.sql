-- table: audit.conclusion
-- severity: warn
-- title: Every conclusion can be drawn.
-- remedy: A figure that people rely on has no value, such as a payback beyond the horizon; say so where it is used.
SELECT
    c.conclusion_id,
    c.figure
FROM audit.conclusion AS c
WHERE c.concluded_value IS NULL
