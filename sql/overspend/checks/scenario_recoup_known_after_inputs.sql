-- table: overspend.scenario_recoup
-- identity: M5
-- severity: error
-- title: No recoup of a scenario is known before its scenario, its months and the account.
-- remedy: Take the latest of the days, in sql/overspend/scenario_recoup.sql.
WITH programme AS (
    SELECT
        m.scenario_id,
        m.fy,
        max(m.known_from) AS known_from
    FROM savings.scenario_month AS m
    GROUP BY m.scenario_id, m.fy
)

SELECT
    r.scenario_id,
    r.interpretation,
    r.fy,
    greatest(s.known_from, l.known_from, p.known_from) AS expected_not_before,
    r.known_from AS actual_known_from
FROM overspend.scenario_recoup AS r
INNER JOIN evidence.scenario AS s ON s.scenario_id = r.scenario_id
INNER JOIN overspend.ledger AS l
    ON
        l.interpretation = r.interpretation
        AND l.profile_id = r.profile_id
        AND l.fy = r.fy
        AND l.price_basis = 'cash'
INNER JOIN programme AS p ON p.scenario_id = r.scenario_id AND p.fy = r.fy
WHERE r.known_from < greatest(s.known_from, l.known_from, p.known_from)
