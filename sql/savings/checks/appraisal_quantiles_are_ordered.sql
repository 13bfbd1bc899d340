-- table: savings.appraisal_range
-- identity: R7
-- severity: error
-- title: The tenth percentile is no higher than the median, nor the median than the ninetieth, and no error is negative.
-- remedy: The quantiles of savings.appraisal_range are not of one set of draws; check nhs_assets/model/quantiles.py.
SELECT
    r.scenario_id,
    r.weighting,
    r.perspective,
    r.accounting_basis,
    r.measure,
    r.p10,
    r.p50,
    r.p90,
    r.standard_error
FROM savings.appraisal_range AS r
WHERE r.p10 > r.p50 OR r.p50 > r.p90 OR r.standard_error < 0
