-- question: Is "no new money" true?
-- how to read: For each reading of the deal and each way of taking the advance back, what is drawn less what is taken back, three ways: in cash, in 2025-26 prices, and in present value. true means that the sum is zero to the nearest £1m. In cash it is true wherever all is taken back; in real terms and in present value money given back later is worth less, and kept_gbp_m is what the service keeps, below zero what it loses. The official reading follows the £860m; the press's is £1bn.
-- in words: overspend.neutrality
SELECT
    n.interpretation,
    n.profile_id,
    n.test,
    n.passes AS is_true,
    n.sum_gbp_m AS kept_gbp_m,
    n.drawn_gbp_m,
    n.recouped_gbp_m,
    n.base_fy,
    n.discount_rate_pct,
    n.tolerance_gbp_m
FROM overspend.neutrality AS n
ORDER BY n.interpretation, n.profile_id, n.test
