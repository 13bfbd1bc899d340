-- table: savings.appraisal
-- identity: W4
-- severity: error
-- title: Cost and saving of an appraisal are the sums over all organisations, months and components it counts.
-- remedy: An organisation, month or component is counted twice or not at all; check the weights and the months.
WITH opening AS (
    SELECT min(f.month) AS month
    FROM savings.scenario_flow AS f
),

national AS (
    SELECT
        f.scenario_id,
        w.perspective,
        f.accounting_basis,
        (year(f.month) - year(o.month)) * 12 + month(f.month) - month(o.month) AS months_from_opening,
        sum(CAST(f.amount_gbp_m AS DOUBLE) * w.weight) AS amount_gbp_m
    FROM savings.scenario_flow AS f
    CROSS JOIN opening AS o
    INNER JOIN raw.appraisal_perspective AS w ON w.component = f.component
    GROUP BY f.scenario_id, w.perspective, f.accounting_basis, f.month, o.month
),

-- A saving counts on both bases.
expected AS (
    SELECT
        a.scenario_id,
        a.perspective,
        a.accounting_basis,
        a.horizon_years,
        a.discount_rate_pct,
        a.cash_cost_gbp_m,
        a.cash_saving_gbp_m,
        sum(CASE WHEN n.accounting_basis = 'both' THEN 0 ELSE n.amount_gbp_m END) AS cost_gbp_m,
        sum(CASE WHEN n.accounting_basis = 'both' THEN n.amount_gbp_m ELSE 0 END) AS saving_gbp_m
    FROM savings.appraisal AS a
    LEFT JOIN national AS n
        ON
            n.scenario_id = a.scenario_id
            AND n.perspective = a.perspective
            AND n.accounting_basis IN (a.accounting_basis, 'both')
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
-- A weight between zero and one leaves up to a pound of rounding in a month.
WHERE
    e.cost_gbp_m IS NULL
    OR abs(CAST(e.cash_cost_gbp_m AS DOUBLE) - e.cost_gbp_m) > 1e-6 * 12 * e.horizon_years
    OR abs(CAST(e.cash_saving_gbp_m AS DOUBLE) - e.saving_gbp_m) > 1e-6 * 12 * e.horizon_years
