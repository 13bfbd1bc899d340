-- table: evidence.parameter_value
-- identity: M7
-- severity: warn
-- title: No parameter in use is past the day by which it is to be looked at again.
-- remedy: Compare the value with its source; then change it, or set a later review_by in its parameter file.
SELECT
    p.parameter_id,
    p.valid_from,
    p.source_id,
    p.review_by AS expected_review_by,
    p.file
FROM evidence.parameter_value AS p
WHERE p.is_current AND p.review_by < $today
