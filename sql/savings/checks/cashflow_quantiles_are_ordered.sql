-- table: savings.cashflow_range
-- identity: R7
-- severity: error
-- title: The tenth percentile is no higher than the median, nor the median than the ninetieth, and no error is negative.
-- remedy: The quantiles of savings.cashflow_range are not of one set of draws; check nhs_assets/model/quantiles.py.
SELECT
    r.scenario_id,
    r.accounting_basis,
    r.month,
    r.quantity,
    r.p10_gbp_m,
    r.p50_gbp_m,
    r.p90_gbp_m,
    r.standard_error_gbp_m
FROM savings.cashflow_range AS r
WHERE r.p10_gbp_m > r.p50_gbp_m OR r.p50_gbp_m > r.p90_gbp_m OR r.standard_error_gbp_m < 0
