-- table: evidence.assumption
-- identity: M7
-- severity: warn
-- title: No assumption is past the day by which it is to be looked at again.
-- remedy: Look at it again; then set a later review_by in seeds/evidence/assumption.csv or in the parameter file.
SELECT
    a.assumption_id,
    a.owner,
    a.review_by AS expected_review_by
FROM evidence.assumption AS a
WHERE a.review_by < $today
