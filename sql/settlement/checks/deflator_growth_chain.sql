-- table: settlement.deflator
-- identity: S4
-- severity: error
-- title: The index is positive, its years are without a gap, and its growth rates compound to the ratio of its indices.
-- remedy: Compare the index and growth of the year with the forecast's table; extended years must follow the rate set.
WITH chained AS (
    SELECT
        d.vintage_id,
        d.fy,
        d.status,
        d.index_value,
        d.growth_pct,
        CAST(split_part(d.fy, '-', 1) AS BIGINT) AS start_year,
        row_number() OVER (PARTITION BY d.vintage_id ORDER BY d.fy) - 1 AS years,
        first_value(d.index_value) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS first_index,
        first_value(ln(1 + d.growth_pct / 100)) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS first_growth,
        sum(ln(1 + d.growth_pct / 100)) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS growth_so_far,
        min(CAST(split_part(d.fy, '-', 1) AS BIGINT)) OVER (PARTITION BY d.vintage_id) AS first_year
    FROM settlement.deflator AS d
)

SELECT
    c.vintage_id,
    c.fy,
    c.status,
    c.index_value AS actual_index,
    c.first_index * exp(c.growth_so_far - c.first_growth) AS expected_index,
    c.start_year AS actual_year,
    c.first_year + c.years AS expected_year
FROM chained AS c
WHERE
    c.index_value <= 0
    OR c.start_year <> c.first_year + c.years
    -- Growth and index are each printed rounded, so the chain may drift by a millionth or so a year.
    OR abs(c.index_value / nullif(c.first_index * exp(c.growth_so_far - c.first_growth), 0) - 1)
    > 1e-6 * (1 + c.years)
