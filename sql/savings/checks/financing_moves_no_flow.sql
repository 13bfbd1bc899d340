-- table: savings.scenario_flow
-- identity: X8
-- severity: error
-- title: A scenario that changes no parameter has the central flows, however the advance is taken back.
-- remedy: Financing was counted as a cost or a saving; take it out of the model's flows.
SELECT
    f.scenario_id,
    f.accounting_basis,
    f.month,
    f.component,
    c.amount_gbp_m AS expected_gbp_m,
    f.amount_gbp_m AS actual_gbp_m
FROM savings.scenario_flow AS f
INNER JOIN evidence.scenario AS s ON s.scenario_id = f.scenario_id AND s.parameters_changed = 0
INNER JOIN evidence.scenario AS o ON o.scenario_id = 'central' AND o.ramp = s.ramp
INNER JOIN savings.scenario_flow AS c
    ON
        c.scenario_id = 'central'
        AND c.accounting_basis = f.accounting_basis
        AND c.month = f.month
        AND c.component = f.component
WHERE c.amount_gbp_m <> f.amount_gbp_m
