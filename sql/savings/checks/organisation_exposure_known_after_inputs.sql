-- table: savings.organisation_exposure
-- identity: M5
-- severity: error
-- title: No exposure is known before what it is worked out from.
-- remedy: Take the day from the latest of the inputs, in nhs_assets/model/programme.py.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    UNION ALL
    SELECT max(w.known_from) AS known_from
    FROM workforce.cell AS w
    UNION ALL
    SELECT max(h.known_from) AS known_from
    FROM savings.headcount_month AS h
    UNION ALL
    SELECT max(c.known_from) AS known_from
    FROM savings.exit_cost_month AS c
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    e.scenario_id,
    e.ods_code,
    l.known_from AS expected_not_before,
    e.known_from AS actual_known_from
FROM savings.organisation_exposure AS e
CROSS JOIN last_known AS l
WHERE e.known_from < l.known_from
