-- about: The least and most that the reading known last lets be taken back in each year.
WITH reading AS (
    SELECT
        i.interpretation,
        row_number() OVER (ORDER BY max(v.known_from) DESC, i.interpretation) AS age
    FROM overspend.instrument AS i
    INNER JOIN evidence.vintage AS v ON v.vintage_id = i.vintage_id
    GROUP BY i.interpretation
)

SELECT
    concat('recoup_', replace(i.fy, '-', '_')) AS figure,
    CAST(greatest(-i.high_gbp_m, 0) AS DOUBLE) AS low_value,
    CAST(greatest(-i.low_gbp_m, 0) AS DOUBLE) AS high_value,
    CAST(NULL AS DOUBLE) AS standard_error
FROM overspend.instrument AS i
INNER JOIN reading AS r ON r.interpretation = i.interpretation AND r.age = 1
