-- table: audit.revision
-- severity: error
-- title: A revision has the values that its kind says, and its change is new less old.
-- remedy: Look at how the two publications are held against each other.
SELECT
    r.figure_id,
    r.kind,
    r.old_value,
    r.new_value,
    r.change
FROM audit.revision AS r
WHERE
    (r.kind = 'added' AND (r.old_value IS NOT NULL OR r.old_text IS NOT NULL))
    OR (r.kind = 'withdrawn' AND (r.new_value IS NOT NULL OR r.new_text IS NOT NULL))
    OR (r.change IS NULL AND r.old_value IS NOT NULL AND r.new_value IS NOT NULL)
    OR abs(r.change - (r.new_value - r.old_value)) > 1e-6
