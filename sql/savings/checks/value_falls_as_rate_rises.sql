-- table: savings.appraisal
-- identity: R2
-- severity: error
-- title: Where cost comes first and is paid back, a higher discount rate gives a lower net present value.
-- remedy: Discounting runs the wrong way, or saving comes before cost; check the months the flows fall in.
SELECT
    lower_rate.scenario_id,
    lower_rate.perspective,
    lower_rate.accounting_basis,
    lower_rate.horizon_years,
    lower_rate.discount_rate_pct,
    higher_rate.discount_rate_pct AS higher_discount_rate_pct,
    lower_rate.npv_gbp_m AS expected_npv_at_most_gbp_m,
    higher_rate.npv_gbp_m AS actual_npv_gbp_m
FROM savings.appraisal AS lower_rate
INNER JOIN savings.appraisal AS higher_rate
    ON
        higher_rate.scenario_id = lower_rate.scenario_id
        AND higher_rate.perspective = lower_rate.perspective
        AND higher_rate.accounting_basis = lower_rate.accounting_basis
        AND higher_rate.horizon_years = lower_rate.horizon_years
        AND higher_rate.discount_rate_pct > lower_rate.discount_rate_pct
WHERE lower_rate.npv_gbp_m >= 0 AND higher_rate.npv_gbp_m > lower_rate.npv_gbp_m + 1e-6
