-- table: overspend.operations_bought
-- identity: R6
-- severity: error
-- title: Operations are given for the stated and the modelled saving, both ratios and every way of recouping the money.
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
        min(l.fy) OVER (PARTITION BY l.profile_id) AS first_fy
    FROM overspend.ledger AS l
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
LEFT JOIN overspend.operations_bought AS o
    ON
        o.case_id = s.case_id
        AND o.ratio_id = r.ratio_id
        AND o.profile_id = l.profile_id
        AND o.fy = l.fy
WHERE o.case_id IS NULL AND (s.case_id = 'best_estimate' OR l.fy > l.first_fy)
