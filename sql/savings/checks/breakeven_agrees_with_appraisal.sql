-- table: savings.breakeven
-- identity: R1
-- severity: error
-- title: A break-even starts from the net present value of the appraisal; cost and saving meet it at their ratio.
-- remedy: Break-even and appraisal discount differently or count other components; solve it from the same flows.
SELECT
    b.scenario_id,
    b.perspective,
    b.accounting_basis,
    b.horizon_years,
    b.lever,
    a.npv_gbp_m AS expected_npv_gbp_m,
    b.npv_gbp_m AS actual_npv_gbp_m,
    a.benefit_cost_ratio AS expected_ratio,
    b.breakeven_value AS actual_value
FROM savings.breakeven AS b
LEFT JOIN savings.appraisal AS a
    ON
        a.scenario_id = b.scenario_id
        AND a.perspective = b.perspective
        AND a.accounting_basis = b.accounting_basis
        AND a.horizon_years = b.horizon_years
        AND abs(a.discount_rate_pct - b.discount_rate_pct) < 1e-6
WHERE
    a.npv_gbp_m IS NULL
    OR abs(a.npv_gbp_m - b.npv_gbp_m) > 1e-6
    OR (b.lever = 'cost' AND abs(b.breakeven_value - a.benefit_cost_ratio) > 1e-6)
    OR (b.lever = 'saving' AND abs(b.breakeven_value * a.benefit_cost_ratio - 1) > 1e-6)
