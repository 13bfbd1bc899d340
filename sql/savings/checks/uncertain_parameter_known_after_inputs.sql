-- table: savings.uncertain_parameter
-- identity: M5
-- severity: error
-- title: No drawn parameter is known before the last parameter.
-- remedy: Take the day from the latest of the inputs, in the function of the model that makes savings.uncertain_parameter.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    t.parameter_id,
    l.known_from AS expected_not_before,
    t.known_from AS actual_known_from
FROM savings.uncertain_parameter AS t
CROSS JOIN last_known AS l
WHERE t.known_from < l.known_from
