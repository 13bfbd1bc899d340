-- question: Which parameters are past their day of review, and which are due next?
-- how to read: The most urgent stand first. A value is overdue once its day of review is past on the day you ask; days_left is then negative. Values that a later one has replaced are left out.
SELECT
    p.review_by,
    date_diff('day', current_date, p.review_by) AS days_left,
    CASE WHEN p.review_by < current_date THEN 'overdue' ELSE 'in time' END AS state,
    p.parameter_id,
    p.label,
    p.value,
    p.unit,
    p.valid_from,
    p.confidence,
    p.evidence_grade,
    p.source_id,
    p.file
FROM evidence.parameter_value AS p
WHERE p.is_current
ORDER BY p.review_by, p.parameter_id
