-- table: overspend.pressure
-- identity: M5
-- severity: error
-- title: No call on the budget is known before its document and what was moved to meet it.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/pressure.sql.
WITH inputs AS (
    SELECT
        p.pressure_id,
        s.known_from
    FROM overspend.pressure AS p
    INNER JOIN evidence.source AS s ON s.source_id = p.source_id
    UNION ALL
    SELECT
        p.pressure_id,
        i.known_from
    FROM overspend.pressure AS p
    INNER JOIN overspend.instrument AS i ON i.interpretation = 'official_reprofile' AND i.fy = p.fy
    WHERE p.funded_gbp_m > 0
)

SELECT
    p.pressure_id,
    i.known_from AS expected_not_before,
    p.known_from AS actual_known_from
FROM overspend.pressure AS p
INNER JOIN inputs AS i ON i.pressure_id = p.pressure_id
WHERE p.known_from < i.known_from
