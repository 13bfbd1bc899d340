-- table: evidence.measure
-- identity: M1
-- severity: error
-- title: No measure's range is so wide that a misplaced zero in a value of it would pass.
-- remedy: Draw the range closer around the values that are held: its top below ten times the smallest of them.
WITH held AS (
    SELECT
        c.measure_id,
        coalesce(c.value_central, c.value_low, c.value_high) AS value_held
    FROM raw.claim AS c
    INNER JOIN evidence.measure AS r ON r.measure_id = c.measure_id
    -- A claim outside the range is reported by name elsewhere: claim_value_is_plausible.
    WHERE
        coalesce(c.value_central, c.value_low, c.value_high) >= r.plausible_low
        AND coalesce(c.value_central, c.value_low, c.value_high) <= r.plausible_high
    UNION ALL
    SELECT
        e.measure_id,
        coalesce(e.value_central, e.value_low) AS value_held
    FROM raw.staffing_estimate AS e
    UNION ALL
    SELECT
        p.measure_id,
        p.value_central AS value_held
    FROM raw.precedent AS p
    UNION ALL
    SELECT
        i.measure_id,
        CAST(i.central_gbp_m AS DOUBLE) AS value_held
    FROM raw.in_year_pressure AS i
    UNION ALL
    SELECT
        h.measure_id,
        h.published_value AS value_held
    FROM raw.published_headline AS h
),

smallest AS (
    SELECT
        h.measure_id,
        min(abs(h.value_held)) AS smallest_held
    FROM held AS h
    WHERE h.value_held <> 0
    GROUP BY h.measure_id
),

widest AS (
    SELECT p.value AS times
    FROM raw.parameter_value AS p
    WHERE p.parameter_id = 'misplaced_zero_factor'
)

SELECT
    m.measure_id,
    s.smallest_held * w.times AS expected_high_below,
    m.plausible_high AS actual_high
FROM evidence.measure AS m
INNER JOIN smallest AS s ON s.measure_id = m.measure_id
LEFT JOIN widest AS w ON TRUE
WHERE w.times IS NULL OR abs(m.plausible_high) >= s.smallest_held * w.times
