-- label: What is taken back, by year
-- unit: £m
-- how to read: Cash taken back in the year under the reading of the deal that became known last. Nil where that reading takes nothing back in the year; no figure where no reading was known.
WITH reading AS (
    SELECT
        i.interpretation,
        row_number() OVER (ORDER BY max(v.known_from) DESC, i.interpretation) AS age
    FROM overspend.instrument AS i
    INNER JOIN evidence.vintage AS v ON v.vintage_id = i.vintage_id
    GROUP BY i.interpretation
),

moved AS (
    SELECT
        i.fy,
        i.delta_gbp_m
    FROM overspend.instrument AS i
    INNER JOIN reading AS r ON r.interpretation = i.interpretation AND r.age = 1
),

settlement_year AS (
    SELECT p.fy
    FROM settlement.plan AS p
    WHERE p.line_id = 'dhsc_rdel' AND p.fy >= '2025-26'
    GROUP BY p.fy
)

SELECT
    concat('recoup_', replace(y.fy, '-', '_')) AS figure,
    CAST(greatest(coalesce(-m.delta_gbp_m, 0), 0) AS DOUBLE) AS value
FROM settlement_year AS y
INNER JOIN reading AS k ON k.age = 1
LEFT JOIN moved AS m ON m.fy = y.fy
