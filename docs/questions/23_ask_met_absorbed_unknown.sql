-- question: How much of the £3bn ask was met, absorbed, unknown?
-- how to read: In £m of cash, 2025-26. Met is the part of the ask for redundancies that money moved between years covers, an estimate of 2025-26's share of the £860m. Absorbed is what is known to be left to existing budgets, unknown what no source accounts for. The three sum to the ask; residual must be nil.
WITH part AS (
    SELECT
        p.fy,
        sum(p.funded_gbp_m) AS met_gbp_m,
        sum(CASE WHEN p.route <> 'not_known' THEN p.absorbed_gbp_m ELSE 0 END) AS absorbed_gbp_m,
        sum(CASE WHEN p.route = 'not_known' THEN p.absorbed_gbp_m ELSE 0 END) AS unknown_gbp_m
    FROM overspend.pressure AS p
    WHERE p.is_part_of_ask
    GROUP BY p.fy
)

SELECT
    a.fy,
    a.requested_gbp_m AS asked_gbp_m,
    p.met_gbp_m,
    p.absorbed_gbp_m,
    p.unknown_gbp_m,
    a.requested_gbp_m - p.met_gbp_m - p.absorbed_gbp_m - p.unknown_gbp_m AS residual_gbp_m,
    a.confidence
FROM overspend.pressure AS a
INNER JOIN part AS p ON p.fy = a.fy
WHERE a.kind = 'total_ask'
ORDER BY a.fy
