-- table: savings.appraisal
-- identity: R1
-- severity: error
-- title: At a discount rate of nil the net present value is real saving less real cost.
-- remedy: A flow is discounted at nil, or counted in the value and not in the sums; check the appraisal's flows.
SELECT
    a.scenario_id,
    a.perspective,
    a.accounting_basis,
    a.horizon_years,
    a.real_saving_gbp_m - a.real_cost_gbp_m AS expected_npv_gbp_m,
    a.npv_gbp_m AS actual_npv_gbp_m
FROM savings.appraisal AS a
WHERE
    a.discount_rate_pct = 0
    AND abs(a.npv_gbp_m - (a.real_saving_gbp_m - a.real_cost_gbp_m)) > 1e-6
