-- table: overspend.pressure
-- identity: O7
-- severity: error
-- title: The parts sum to the whole ask, asked and funded, and no more is funded than was moved to the year.
-- remedy: A part was added, dropped or restated; restate the residual so that the parts sum to the whole.
WITH part AS (
    SELECT
        p.fy,
        sum(p.requested_gbp_m) AS requested_gbp_m,
        sum(p.funded_gbp_m) AS funded_gbp_m
    FROM overspend.pressure AS p
    WHERE p.is_part_of_ask AND p.kind <> 'total_ask'
    GROUP BY p.fy
),

whole AS (
    SELECT
        p.fy,
        sum(p.requested_gbp_m) AS requested_gbp_m,
        sum(p.funded_gbp_m) AS funded_gbp_m,
        count(*) AS asks
    FROM overspend.pressure AS p
    WHERE p.kind = 'total_ask'
    GROUP BY p.fy
)

SELECT
    coalesce(w.fy, t.fy) AS fy,
    w.requested_gbp_m AS expected_requested_gbp_m,
    t.requested_gbp_m AS actual_requested_gbp_m,
    w.funded_gbp_m AS expected_funded_gbp_m,
    t.funded_gbp_m AS actual_funded_gbp_m,
    moved.delta_gbp_m AS expected_funded_at_most_gbp_m
FROM whole AS w
FULL OUTER JOIN part AS t ON t.fy = w.fy
LEFT JOIN overspend.instrument AS moved
    ON moved.interpretation = 'official_reprofile' AND moved.fy = w.fy
WHERE
    w.fy IS NULL
    OR t.fy IS NULL
    OR moved.delta_gbp_m IS NULL
    OR w.asks <> 1
    OR t.requested_gbp_m <> w.requested_gbp_m
    OR t.funded_gbp_m <> w.funded_gbp_m
    OR t.funded_gbp_m > moved.delta_gbp_m
