-- question: What is known to have happened that the tables lack?
-- answer: {% set missing, sought = where(status='not_held'), where(status='not_found') %}
-- answer: {% for event in missing %}{% if loop.first %}What is known and not held: {% endif %}the {{ event.label }}{% if not loop.last %}; {% endif %}{% endfor %}{% if not missing %}Nothing that is held as known{% endif %}
-- answer: {%- if sought %}; searched for and not found, last on {{ (sought|sort(attribute='searched_on')|last).searched_on|day }}: {{ sought|length }} more{% endif %}.
-- how to read: not_held took place and its figures are not in the tables; planned is announced and may change; not_found was searched for. lacking says what the tables would need it for. Everything here may move figures that other answers give.
SELECT
    e.status,
    e.label,
    e.happened_on,
    e.searched_on,
    e.lacking,
    e.source_id
FROM evidence.event AS e
ORDER BY
    CASE e.status WHEN 'not_held' THEN 1 WHEN 'planned' THEN 2 ELSE 3 END,
    e.happened_on DESC,
    e.event_id
