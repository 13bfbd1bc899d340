-- table: savings.scenario_flow
-- identity: W4
-- severity: error
-- title: Every scenario has every month and component that the central one has.
-- remedy: A scenario was not run, or lost a month; run savings.scenario_flow again.
SELECT
    s.scenario_id,
    c.accounting_basis,
    c.month,
    c.component
FROM evidence.scenario AS s
CROSS JOIN savings.scenario_flow AS c
LEFT JOIN savings.scenario_flow AS f
    ON
        f.scenario_id = s.scenario_id
        AND f.accounting_basis = c.accounting_basis
        AND f.month = c.month
        AND f.component = c.component
WHERE c.scenario_id = 'central' AND f.scenario_id IS NULL
