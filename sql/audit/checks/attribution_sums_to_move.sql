-- table: audit.attribution
-- severity: error
-- title: The parts of a conclusion's move sum to the move to the last digit stored, and the move is new less old.
-- remedy: A part is lost or counted twice; look at how the inputs are mixed and the parts rounded.
SELECT
    a.conclusion_id,
    a.figure,
    max(a.move) AS expected,
    sum(a.contribution) AS actual
FROM audit.attribution AS a
GROUP BY a.conclusion_id, a.figure
HAVING
    sum(a.contribution) <> max(a.move)
    OR max(a.move) <> min(a.move)
    OR max(a.move) <> CAST(max(a.new_value) AS DECIMAL(18, 6)) - CAST(max(a.old_value) AS DECIMAL(18, 6))
