-- table: audit.vintage_attribution
-- severity: error
-- title: Base year, end year and deflator together explain the whole move of real growth, to the last digit stored.
-- remedy: A part is lost or counted twice; look at the three parts of the pair of vintages.
SELECT
    a.vintage_from,
    a.vintage_to,
    max(a.move) AS expected,
    sum(a.contribution) AS actual
FROM audit.vintage_attribution AS a
GROUP BY a.vintage_from, a.vintage_to
HAVING
    sum(a.contribution) <> max(a.move)
    OR max(a.move) <> CAST(max(a.new_value) AS DECIMAL(18, 6)) - CAST(max(a.old_value) AS DECIMAL(18, 6))
    OR count(*) <> 1 + 2
