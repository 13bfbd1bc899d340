-- question: Which figures changed since the last refresh, and why?
-- answer: Since version {{ rows[0].compared_with }} {{ rows|sum(attribute='changed')|whole }} figures changed, {{ rows|sum(attribute='added')|whole }} were added and {{ rows|sum(attribute='withdrawn')|whole }} withdrawn;
-- answer: by cause: {% for group in rows|groupby('cause') %}{{ group.grouper|replace('_', ' ') }} {{ ((group.list|sum(attribute='changed')) + (group.list|sum(attribute='added')) + (group.list|sum(attribute='withdrawn')))|whole }}{{ '.' if loop.last else ', ' }}{% endfor %}
-- no rows: None: nothing differs from the publication before, or there was none.
-- how to read: One line for each cause and table: figures added, changed and withdrawn, the largest change in per cent, and what caused it. Empty in a first publication, which has nothing to be compared with. audit.revision holds every figure, audit.attribution the parts of each conclusion's move.
WITH counted AS (
    SELECT
        r.cause,
        r.table_name,
        r.caused_by,
        r.compared_with,
        CAST(sum(CASE WHEN r.kind = 'added' THEN 1 ELSE 0 END) AS BIGINT) AS added,
        CAST(sum(CASE WHEN r.kind = 'changed' THEN 1 ELSE 0 END) AS BIGINT) AS changed,
        CAST(sum(CASE WHEN r.kind = 'withdrawn' THEN 1 ELSE 0 END) AS BIGINT) AS withdrawn,
        max(abs(r.change_pct)) AS largest_change_pct
    FROM audit.revision AS r
    GROUP BY r.cause, r.table_name, r.caused_by, r.compared_with
)

SELECT
    c.cause,
    c.table_name,
    c.caused_by,
    c.added,
    c.changed,
    c.withdrawn,
    c.largest_change_pct,
    c.compared_with
FROM counted AS c
ORDER BY c.cause, c.table_name, c.caused_by
