-- table: overspend.pressure
-- identity: O7
-- severity: error
-- title: The amount asked for is what was funded, in the year or later, absorbed and unknown; funded lies in its range; only the remainder of the ask is a residual.
-- remedy: Funded, absorbed or unknown was changed alone; keep their sum equal to the amount asked for.
SELECT
    p.pressure_id,
    p.requested_gbp_m AS expected_gbp_m,
    p.funded_gbp_m + p.funded_later_gbp_m + p.absorbed_gbp_m + p.unknown_gbp_m AS actual_gbp_m,
    p.funded_low_gbp_m,
    p.funded_gbp_m,
    p.funded_high_gbp_m,
    p.funded_later_gbp_m,
    p.route,
    p.unknown_gbp_m,
    p.kind = 'medicines_and_other' AS expected_is_residual,
    p.is_residual AS actual_is_residual
FROM overspend.pressure AS p
WHERE
    p.requested_gbp_m <> p.funded_gbp_m + p.funded_later_gbp_m + p.absorbed_gbp_m + p.unknown_gbp_m
    OR p.funded_gbp_m NOT BETWEEN p.funded_low_gbp_m AND p.funded_high_gbp_m
    OR (p.route = 'not_known' AND p.absorbed_gbp_m <> 0)
    OR (p.route NOT IN ('not_known', 'not_applicable') AND p.unknown_gbp_m <> 0)
    OR p.is_residual <> (p.kind = 'medicines_and_other')
