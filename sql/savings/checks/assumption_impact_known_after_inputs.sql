-- table: savings.assumption_impact
-- identity: M5
-- severity: error
-- title: No impact is known before its assumption, nor before the sensitivity it is read from.
-- remedy: Take the day from the latest of the inputs, in sql/savings/assumption_impact.sql.
WITH judged AS (
    SELECT max(s.known_from) AS known_from
    FROM savings.sensitivity AS s
)

SELECT
    i.assumption_id,
    a.known_from AS expected_not_before,
    i.known_from AS actual_known_from
FROM savings.assumption_impact AS i
INNER JOIN evidence.assumption AS a ON a.assumption_id = i.assumption_id
CROSS JOIN judged AS j
WHERE i.known_from < a.known_from OR (i.impact IS NOT NULL AND i.known_from < j.known_from)
