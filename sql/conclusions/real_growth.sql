-- label: Average real growth of day-to-day health spending, 2025-26 to 2028-29
-- unit: % a year
-- how to read: DHSC RDEL like for like, without budget transfers for the Immigration Health Surcharge where a plan is held without them, and as printed. For each of the two years the plan that became known last, in prices of one year by the deflator that became known last.
-- called: raw.settlement_plan/2025-26 = base year; raw.settlement_plan/2028-29 = end year; raw.gdp_deflator = deflator
WITH reading AS (
    SELECT
        'real_growth_2025_26_to_2028_29' AS figure,
        TRUE AS is_comparable
    UNION ALL
    SELECT
        'real_growth_2025_26_to_2028_29_as_printed' AS figure,
        FALSE AS is_comparable
),

latest_plan AS (
    SELECT
        g.figure,
        p.fy,
        p.amount_gbp_m,
        row_number() OVER (
            PARTITION BY g.figure, p.fy ORDER BY p.known_from DESC, p.vintage_id, p.line_id DESC
        ) AS age
    FROM settlement.plan AS p
    INNER JOIN reading AS g ON p.line_id = 'dhsc_rdel' OR (g.is_comparable AND p.line_id = 'dhsc_rdel_excluding_ihs')
    WHERE p.fy IN ('2025-26', '2028-29')
),

real_plan AS (
    SELECT
        p.figure,
        p.fy,
        y.start_year,
        CAST(p.amount_gbp_m AS DOUBLE) / nullif(x.index_value, 0) AS amount
    FROM latest_plan AS p
    INNER JOIN settlement.financial_year AS y ON y.fy = p.fy
    INNER JOIN settlement.price_index AS x ON x.fy = p.fy AND x.base_fy = p.fy AND x.is_latest
    WHERE p.age = 1
)

SELECT
    r.figure,
    (
        power(
            max(CASE WHEN r.fy = '2028-29' THEN r.amount END)
            / nullif(max(CASE WHEN r.fy = '2025-26' THEN r.amount END), 0),
            CAST(1 AS DOUBLE) / nullif(max(r.start_year) - min(r.start_year), 0)
        ) - 1
    ) * 100 AS value
FROM real_plan AS r
GROUP BY r.figure
