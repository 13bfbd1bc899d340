-- table: savings.exit_wave
-- severity: error
-- title: The waves together take all the posts that are to go, and cost is recognised no later than people leave.
-- remedy: Correct the shares or the dates in the seed of waves.
SELECT
    1 AS expected_share,
    sum(w.share_of_target) AS actual_share,
    min(w.recognition_lead_months) AS actual_shortest_lead_months
FROM savings.exit_wave AS w
HAVING
    sum(w.share_of_target) IS NULL
    OR abs(sum(w.share_of_target) - 1) > 1e-6
    OR min(w.recognition_lead_months) < 0
