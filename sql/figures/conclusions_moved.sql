-- caption: Conclusions that moved since the version before, and what each input contributed
-- reading: {{ rows|map(attribute='conclusion_id')|unique|list|length }} conclusions moved since version {{ rows[0].compared_with }}; the parts of each add up to its move, with a remainder of {{ rows[0].remainder|number(2) }}.
-- cautions: appraisal_is_modelled
SELECT
    a.conclusion_id,
    a.figure,
    c.label,
    c.unit,
    a.input,
    a.contribution,
    a.old_value,
    a.new_value,
    a.move,
    a.move - sum(a.contribution) OVER (PARTITION BY a.conclusion_id, a.figure) AS remainder,
    a.compared_with
FROM audit.attribution AS a
INNER JOIN audit.conclusion AS c ON c.conclusion_id = a.conclusion_id AND c.figure = a.figure
ORDER BY abs(a.move / nullif(a.old_value, 0)) DESC, a.conclusion_id, a.figure, abs(a.contribution) DESC, a.input
