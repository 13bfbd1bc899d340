-- table: overspend.pressure
-- identity: O7
-- severity: error
-- title: What was asked for is what was funded plus what was absorbed, and only the remainder of the ask is a residual.
-- remedy: Funded or absorbed was changed alone; keep their sum equal to the amount asked for.
SELECT
    p.pressure_id,
    p.requested_gbp_m AS expected_gbp_m,
    p.funded_gbp_m + p.absorbed_gbp_m AS actual_gbp_m,
    p.kind = 'medicines_and_other' AS expected_is_residual,
    p.is_residual AS actual_is_residual
FROM overspend.pressure AS p
WHERE
    p.requested_gbp_m <> p.funded_gbp_m + p.absorbed_gbp_m
    OR p.is_residual <> (p.kind = 'medicines_and_other')
