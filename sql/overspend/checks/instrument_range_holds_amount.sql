-- table: overspend.instrument
-- severity: error
-- title: What moved in a year lies within its own range.
-- remedy: Low and high of the parameter or of the plan change are the wrong way round, or a sign is lost.
SELECT
    i.interpretation,
    i.fy,
    i.low_gbp_m AS expected_low_gbp_m,
    i.high_gbp_m AS expected_high_gbp_m,
    i.delta_gbp_m AS actual_delta_gbp_m
FROM overspend.instrument AS i
WHERE i.delta_gbp_m < i.low_gbp_m OR i.delta_gbp_m > i.high_gbp_m
