-- label: Year in which the money is taken back
-- unit: financial year start
-- how to read: The year as evidence.resolution believes it at the last vintage, by the year in which it starts: 2028 is 2028-29. Earliest and latest are the same where one year is believed. It may be a reading of the plans that no document states: the rule and the claim of that resolution say so. No figure where no claim is believed.
WITH believed AS (
    SELECT
        coalesce(r.value_low, r.value_central) AS earliest,
        coalesce(r.value_high, r.value_central) AS latest,
        row_number() OVER (ORDER BY r.known_from DESC, r.vintage_id) AS age
    FROM evidence.resolution AS r
    WHERE r.measure_id = 'recoupment_year' AND r.scope_id = 'dhsc_group'
)

SELECT
    'recoup_year_earliest' AS figure,
    b.earliest AS value
FROM believed AS b
WHERE b.age = 1 AND b.earliest IS NOT NULL
UNION ALL
SELECT
    'recoup_year_latest' AS figure,
    b.latest AS value
FROM believed AS b
WHERE b.age = 1 AND b.latest IS NOT NULL
