-- table: savings.payback_range
-- identity: R7
-- severity: error
-- title: The tenth percentile is no higher than the median, nor the median than the ninetieth, and no error is negative.
-- remedy: The quantiles of savings.payback_range are not of one set of draws; check nhs_assets/model/quantiles.py.
SELECT
    r.scenario_id,
    r.weighting,
    r.perspective,
    r.accounting_basis,
    r.p10_months,
    r.p50_months,
    r.p90_months,
    r.standard_error_months
FROM savings.payback_range AS r
WHERE r.p10_months > r.p50_months OR r.p50_months > r.p90_months OR r.standard_error_months < 0
