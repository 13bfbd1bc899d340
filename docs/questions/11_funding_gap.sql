-- question: What is the funding gap between the cost and the money agreed?
-- how to read: Cost less money agreed in £m of cash, for each pairing of a cost with the money. The official pairing is 140 to 440; it is zero only where the press's cost is set against the press's overspend. The words say what is set against what and which bodies and years the cost is for, confidence how sure the pairing is.
-- in words: overspend.funding_gap
SELECT
    g.reading_id,
    g.cost_low_gbp_m,
    g.cost_gbp_m,
    g.cost_high_gbp_m,
    g.financed_gbp_m,
    g.gap_low_gbp_m,
    g.gap_gbp_m,
    g.gap_high_gbp_m,
    g.confidence
FROM overspend.funding_gap AS g
ORDER BY g.reading_id
