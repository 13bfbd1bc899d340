-- table: savings.exit_wave
-- severity: error
-- title: The waves together take all the posts that are to go, and cost is recognised no later than people leave.
-- remedy: Correct the shares or the dates in the seed of waves.
WITH total AS (
    SELECT
        sum(w.share_of_target) AS share_gone,
        min(w.recognition_lead_months) AS shortest_lead_months
    FROM savings.exit_wave AS w
)

SELECT
    w.wave_id,
    w.share_of_target,
    1 AS expected_share,
    t.share_gone AS actual_share,
    t.shortest_lead_months AS actual_shortest_lead_months
FROM total AS t
LEFT JOIN savings.exit_wave AS w ON TRUE
WHERE
    t.share_gone IS NULL
    OR abs(t.share_gone - 1) > 1e-6
    OR t.shortest_lead_months < 0
