-- table: savings.backtest
-- identity: M5
-- severity: error
-- title: No back-test is known before the last parameter the cells and the document of its case.
-- remedy: Take the day from the latest of the inputs, in nhs_assets/model/programme.py.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(w.known_from) AS known_from
    FROM workforce.cell AS w
    UNION ALL
    SELECT max(s.known_from) AS known_from
    FROM raw.backtest_case AS r
    INNER JOIN evidence.source AS s ON s.source_id = r.source_id
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    b.case_id,
    b.output,
    l.known_from AS expected_not_before,
    b.known_from AS actual_known_from
FROM savings.backtest AS b
CROSS JOIN last_known AS l
WHERE b.known_from < l.known_from
