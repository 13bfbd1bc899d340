-- table: overspend.instrument
-- identity: O4
-- severity: error
-- title: Under both readings money is drawn and, in cash, the years sum to zero: no new money.
-- remedy: The reading has no rows, draws nothing or does not give it all back; check its claim or the plan change.
WITH reading AS (
    SELECT 'press_overspend' AS interpretation
    UNION ALL
    SELECT 'official_reprofile' AS interpretation
),

moved AS (
    SELECT
        i.interpretation,
        sum(i.delta_gbp_m) AS sum_gbp_m,
        sum(greatest(i.delta_gbp_m, 0)) AS drawn_gbp_m
    FROM overspend.instrument AS i
    GROUP BY i.interpretation
)

SELECT
    r.interpretation,
    0 AS expected_sum_gbp_m,
    m.sum_gbp_m AS actual_sum_gbp_m,
    m.drawn_gbp_m AS actual_drawn_gbp_m
FROM reading AS r
LEFT JOIN moved AS m ON m.interpretation = r.interpretation
WHERE m.interpretation IS NULL OR m.sum_gbp_m <> 0 OR m.drawn_gbp_m <= 0
