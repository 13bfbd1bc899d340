-- table: overspend.funding_gap
-- identity: O8
-- severity: error
-- title: Each gap is its cost less the money agreed, sign kept, and in order; a range has no middle, and none is modelled.
-- remedy: A cost or the money agreed was changed alone; check the parameters of the reading.
SELECT
    g.reading_id,
    g.cost_low_gbp_m - g.financed_gbp_m AS expected_low_gbp_m,
    g.gap_low_gbp_m AS actual_low_gbp_m,
    g.cost_gbp_m - g.financed_gbp_m AS expected_gbp_m,
    g.gap_gbp_m AS actual_gbp_m,
    g.cost_high_gbp_m - g.financed_gbp_m AS expected_high_gbp_m,
    g.gap_high_gbp_m AS actual_high_gbp_m
FROM overspend.funding_gap AS g
WHERE
    g.gap_low_gbp_m <> g.cost_low_gbp_m - g.financed_gbp_m
    OR g.gap_gbp_m <> g.cost_gbp_m - g.financed_gbp_m
    OR g.gap_high_gbp_m <> g.cost_high_gbp_m - g.financed_gbp_m
    OR (g.gap_low_gbp_m IS NULL) <> (g.cost_parameter_id IS NULL)
    OR (g.gap_high_gbp_m IS NULL) <> (g.cost_parameter_id IS NULL)
    OR (g.gap_gbp_m IS NULL) <> (g.cost_gbp_m IS NULL)
    OR g.cost_low_gbp_m > g.cost_high_gbp_m
    OR g.cost_gbp_m NOT BETWEEN g.cost_low_gbp_m AND g.cost_high_gbp_m
    OR (g.cost_parameter_id IS NOT NULL AND g.cost_low_gbp_m < g.cost_high_gbp_m AND g.cost_gbp_m IS NOT NULL)
