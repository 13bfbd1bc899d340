-- table: savings.cashflow_range
-- identity: M5
-- severity: error
-- title: No range of the cash flow is known before the last of the model's inputs.
-- remedy: Take the day from the latest of the inputs, in the function of the model that makes savings.cashflow_range.
WITH inputs AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    UNION ALL
    SELECT max(o.known_from) AS known_from
    FROM workforce.organisation AS o
    UNION ALL
    SELECT max(b.known_from) AS known_from
    FROM workforce.baseline AS b
    UNION ALL
    SELECT max(w.known_from) AS known_from
    FROM savings.exit_wave AS w
),

last_known AS (
    SELECT max(i.known_from) AS known_from
    FROM inputs AS i
)

SELECT
    t.scenario_id,
    t.accounting_basis,
    t.month,
    t.quantity,
    l.known_from AS expected_not_before,
    t.known_from AS actual_known_from
FROM savings.cashflow_range AS t
CROSS JOIN last_known AS l
WHERE t.known_from < l.known_from
