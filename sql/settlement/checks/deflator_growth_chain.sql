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
        y.start_year - min(y.start_year) OVER (PARTITION BY d.vintage_id) AS years,
        row_number() OVER (PARTITION BY d.vintage_id ORDER BY d.fy) - 1 AS years_before,
        first_value(d.index_value) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS first_index,
        first_value(ln(1 + d.growth_pct / 100)) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS first_growth,
        sum(ln(1 + d.growth_pct / 100)) OVER (PARTITION BY d.vintage_id ORDER BY d.fy) AS growth_so_far
    FROM settlement.deflator AS d
    INNER JOIN settlement.financial_year AS y ON y.fy = d.fy
)

SELECT
    c.vintage_id,
    c.fy,
    c.status,
    c.index_value AS actual_index,
    c.first_index * exp(c.growth_so_far - c.first_growth) AS expected_index,
    c.years AS expected_years_before,
    c.years_before AS actual_years_before
FROM chained AS c
WHERE
    c.index_value <= 0
    OR c.years_before <> c.years
    -- Growth and index are each printed rounded, so the chain may drift by a millionth or so a year.
    OR abs(c.index_value / nullif(c.first_index * exp(c.growth_so_far - c.first_growth), 0) - 1)
    > 1e-6 * (1 + c.years)
