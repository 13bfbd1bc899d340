-- label: Cost with no stated funding
-- unit: £m
-- how to read: Stated programme cost less the money re-profiled for it, at the low and the high end of the cost as officials put it; modelled is the cost of the best estimate less the same money.
SELECT
    'gap_low' AS figure,
    CAST(g.gap_low_gbp_m AS DOUBLE) AS value
FROM overspend.funding_gap AS g
WHERE g.reading_id = 'official_cost_against_reprofile'
UNION ALL
SELECT
    'gap_high' AS figure,
    CAST(g.gap_high_gbp_m AS DOUBLE) AS value
FROM overspend.funding_gap AS g
WHERE g.reading_id = 'official_cost_against_reprofile'
UNION ALL
SELECT
    'gap_modelled' AS figure,
    CAST(g.gap_gbp_m AS DOUBLE) AS value
FROM overspend.funding_gap AS g
WHERE g.reading_id = 'modelled_cost_against_reprofile'
