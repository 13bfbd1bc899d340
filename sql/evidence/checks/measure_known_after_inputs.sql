-- table: evidence.measure
-- identity: M5
-- severity: error
-- title: No measure is known before the first claim of it.
-- remedy: Take the day from the latest of the inputs, in sql/evidence/measure.sql.
WITH first_claim AS (
    SELECT
        c.measure_id,
        min(c.known_from) AS known_from
    FROM raw.claim AS c
    GROUP BY c.measure_id
)

SELECT
    m.measure_id,
    c.known_from AS expected_not_before,
    m.known_from AS actual_known_from
FROM evidence.measure AS m
INNER JOIN first_claim AS c ON c.measure_id = m.measure_id
WHERE m.known_from < c.known_from
