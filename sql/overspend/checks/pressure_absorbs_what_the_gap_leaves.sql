-- table: overspend.pressure
-- identity: O7
-- severity: error
-- title: What redundancies leave to existing budgets is the gap between the cost in the press and the money moved.
-- remedy: overspend.pressure and overspend.funding_gap take the money moved from different rows; make both take the re-profile.
SELECT
    p.pressure_id,
    g.gap_gbp_m AS expected_absorbed_gbp_m,
    p.absorbed_gbp_m AS actual_absorbed_gbp_m
FROM overspend.pressure AS p
INNER JOIN overspend.funding_gap AS g ON g.reading_id = 'press_cost_against_reprofile'
WHERE p.pressure_id = 'redundancy' AND p.absorbed_gbp_m <> g.gap_gbp_m
