-- table: evidence.assumption
-- severity: error
-- title: Every assumption says in words what is taken for granted.
-- remedy: Write the statement in seeds/evidence/assumption.csv, or the label and reference of the parameter.
SELECT
    a.assumption_id,
    a.parameter_id,
    a.statement AS actual_statement
FROM evidence.assumption AS a
WHERE coalesce(trim(a.statement), '') = ''
