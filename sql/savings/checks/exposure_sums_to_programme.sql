-- table: savings.organisation_exposure
-- identity: W4
-- severity: error
-- title: The costs that organisations bear for their own posts sum to the programme, unless some are suppressed.
-- remedy: Look for an organisation that is missing or counted twice, first the one that transfers and its receiver.
WITH exposed AS (
    SELECT
        e.scenario_id,
        sum(e.exit_cost_gbp_m) AS exit_cost_gbp_m,
        max(CASE WHEN e.counts_suppressed THEN 1 ELSE 0 END) AS has_gaps
    FROM savings.organisation_exposure AS e
    GROUP BY e.scenario_id
),

programme AS (
    SELECT
        c.scenario_id,
        sum(c.amount_gbp_m) AS exit_cost_gbp_m
    FROM savings.exit_cost_month AS c
    WHERE c.accounting_basis = 'accrual'
    GROUP BY c.scenario_id
)

SELECT
    e.scenario_id,
    p.exit_cost_gbp_m AS expected_gbp_m,
    e.exit_cost_gbp_m AS actual_gbp_m
FROM exposed AS e
LEFT JOIN programme AS p ON p.scenario_id = e.scenario_id
WHERE
    p.exit_cost_gbp_m IS NULL
    OR e.exit_cost_gbp_m > p.exit_cost_gbp_m
    OR (e.has_gaps = 0 AND e.exit_cost_gbp_m <> p.exit_cost_gbp_m)
