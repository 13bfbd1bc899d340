-- question: How much of the £3bn ask was met, absorbed, unknown?
-- how to read: In £m of cash. Met is the part of the ask for redundancies that money moved between years covers: in 2025-26, our estimate of that year's share of the £860m, with its range, stated by nobody; later, the rest of the £860m. Absorbed is left to existing budgets: the strikes, and what the £860m leaves of the redundancies. Unknown is what no source accounts for. Central values sum to the ask; residual must be zero. confidence is that of the estimate.
SELECT
    p.fy,
    p.requested_gbp_m AS asked_gbp_m,
    p.funded_low_gbp_m AS met_low_gbp_m,
    p.funded_gbp_m AS met_gbp_m,
    p.funded_high_gbp_m AS met_high_gbp_m,
    p.funded_later_gbp_m AS met_later_gbp_m,
    p.absorbed_gbp_m,
    p.unknown_gbp_m,
    p.requested_gbp_m - p.funded_gbp_m - p.funded_later_gbp_m - p.absorbed_gbp_m - p.unknown_gbp_m AS residual_gbp_m,
    p.confidence
FROM overspend.pressure AS p
WHERE p.kind = 'total_ask'
ORDER BY p.fy
