-- question: Which parameters are past their day of review, and which are due next?
-- answer: {% set late, next = where(state='overdue'), where(state='in time') %}
-- answer: {% if late %}{{ late|count }} of {{ rows|count }} are overdue{% else %}None is overdue{% endif %} on {{ rows[0].asked_on|day }}
-- answer: {%- if next %}; {{ where(review_by=next[0].review_by)|count }} of {{ rows|count }} are next due, on {{ next[0].review_by|day }}, the first “{{ next[0].label }}”{% endif %}.
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
    p.file,
    current_date AS asked_on
FROM evidence.parameter_value AS p
WHERE p.is_current
ORDER BY p.review_by, p.parameter_id
