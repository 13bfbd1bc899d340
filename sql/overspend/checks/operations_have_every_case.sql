-- table: overspend.operations_bought
-- identity: R6
-- severity: error
-- title: Operations are given for the stated and the modelled saving, both ratios and every way of recouping the money, and for the stated one in no year before it is to be reached.
-- remedy: The ratio or the stated saving is missing from the parameters, or the best estimate lacks a year.
WITH spender AS (
    SELECT 'stated_saving' AS case_id
    UNION ALL
    SELECT 'best_estimate' AS case_id
),

ratio AS (
    SELECT 'reported' AS ratio_id
    UNION ALL
    SELECT 'later_answer' AS ratio_id
),

ledger_year AS (
    SELECT
        l.profile_id,
        l.fy,
        y.start_year - min(y.start_year) OVER (PARTITION BY l.profile_id) AS years_on
    FROM overspend.ledger AS l
    INNER JOIN settlement.financial_year AS y ON y.fy = l.fy
    WHERE l.interpretation = 'official_reprofile' AND l.price_basis = 'cash'
)

SELECT
    s.case_id,
    r.ratio_id,
    l.profile_id,
    l.fy
FROM ledger_year AS l
CROSS JOIN spender AS s
CROSS JOIN ratio AS r
INNER JOIN evidence.parameter_value AS n ON n.parameter_id = 'stated_saving_years_on' AND n.is_current
LEFT JOIN overspend.operations_bought AS o
    ON
        o.case_id = s.case_id
        AND o.ratio_id = r.ratio_id
        AND o.profile_id = l.profile_id
        AND o.fy = l.fy
WHERE (o.case_id IS NULL) = (s.case_id = 'best_estimate' OR l.years_on >= n.value)
