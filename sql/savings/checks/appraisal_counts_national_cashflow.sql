-- table: savings.appraisal
-- identity: W4
-- severity: error
-- title: Cost and saving of an appraisal are the sums over all organisations, months and components it counts.
-- remedy: An organisation, month or component is counted twice or not at all; check the weights and the months.
WITH opening AS (
    SELECT min(c.month) AS month
    FROM savings.scenario_flow AS c
),

basis AS (
    SELECT DISTINCT c.accounting_basis
    FROM savings.scenario_flow AS c
    WHERE c.accounting_basis <> 'both'
),

component AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.month,
        c.component,
        sum(c.amount_gbp_m) AS cost_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS saving_gbp_m
    FROM savings.scenario_flow AS c
    WHERE c.accounting_basis <> 'both'
    GROUP BY c.scenario_id, c.accounting_basis, c.month, c.component
    UNION ALL
    SELECT
        s.scenario_id,
        b.accounting_basis,
        s.month,
        s.component,
        CAST(0 AS DECIMAL(18, 6)) AS cost_gbp_m,
        sum(s.amount_gbp_m) AS saving_gbp_m
    FROM savings.scenario_flow AS s
    CROSS JOIN basis AS b
    WHERE s.accounting_basis = 'both'
    GROUP BY s.scenario_id, b.accounting_basis, s.month, s.component
),

national AS (
    SELECT
        c.scenario_id,
        w.perspective,
        c.accounting_basis,
        (year(c.month) - year(o.month)) * 12 + month(c.month) - month(o.month) AS months_from_opening,
        sum(CAST(c.cost_gbp_m AS DOUBLE) * w.weight) AS cost_gbp_m,
        sum(CAST(c.saving_gbp_m AS DOUBLE) * w.weight) AS saving_gbp_m
    FROM component AS c
    CROSS JOIN opening AS o
    INNER JOIN raw.appraisal_perspective AS w ON w.component = c.component
    GROUP BY c.scenario_id, w.perspective, c.accounting_basis, c.month, o.month
),

expected AS (
    SELECT
        a.scenario_id,
        a.perspective,
        a.accounting_basis,
        a.horizon_years,
        a.discount_rate_pct,
        a.cash_cost_gbp_m,
        a.cash_saving_gbp_m,
        sum(n.cost_gbp_m) AS cost_gbp_m,
        sum(n.saving_gbp_m) AS saving_gbp_m
    FROM savings.appraisal AS a
    LEFT JOIN national AS n
        ON
            n.scenario_id = a.scenario_id
            AND n.perspective = a.perspective
            AND n.accounting_basis = a.accounting_basis
            AND n.months_from_opening < a.horizon_years * 12
    GROUP BY
        a.scenario_id,
        a.perspective,
        a.accounting_basis,
        a.horizon_years,
        a.discount_rate_pct,
        a.cash_cost_gbp_m,
        a.cash_saving_gbp_m
)

SELECT
    e.scenario_id,
    e.perspective,
    e.accounting_basis,
    e.horizon_years,
    e.discount_rate_pct,
    e.cost_gbp_m AS expected_cost_gbp_m,
    e.cash_cost_gbp_m AS actual_cost_gbp_m,
    e.saving_gbp_m AS expected_saving_gbp_m,
    e.cash_saving_gbp_m AS actual_saving_gbp_m
FROM expected AS e
-- A weight between nil and one leaves up to a pound of rounding in a month.
WHERE
    e.cost_gbp_m IS NULL
    OR abs(CAST(e.cash_cost_gbp_m AS DOUBLE) - e.cost_gbp_m) > 1e-6 * 12 * e.horizon_years
    OR abs(CAST(e.cash_saving_gbp_m AS DOUBLE) - e.saving_gbp_m) > 1e-6 * 12 * e.horizon_years
