-- table: savings.feasible_set
-- identity: M5
-- severity: error
-- title: No feasible mix is known before the last parameter, claim and cell.
-- remedy: Take the day from the latest of the inputs, in the function of the model that makes savings.feasible_set.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(c.known_from) AS known_from
    FROM evidence.claim AS c
    UNION ALL
    SELECT max(s.known_from) AS known_from
    FROM workforce.cell AS s
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    t.paid_exits,
    t.mean_service_years,
    t.mean_pay_gbp,
    l.known_from AS expected_not_before,
    t.known_from AS actual_known_from
FROM savings.feasible_set AS t
CROSS JOIN last_known AS l
WHERE t.known_from < l.known_from
