-- table: savings.counterfactual_worth
-- severity: error
-- title: Against posts that are refilled the programme is worth what the best estimate is, and no alternative closes more posts.
-- remedy: Cost, saving or prices of the counterfactual are not those of savings.appraisal_range; compare the two functions.
WITH worth AS (
    SELECT
        w.measure,
        w.principal AS actual,
        r.principal AS expected
    FROM savings.counterfactual_worth AS w
    LEFT JOIN savings.appraisal_range AS r
        ON
            r.scenario_id = 'best_estimate'
            AND r.weighting = 'posterior'
            AND r.perspective = 'dhsc_budget'
            AND r.accounting_basis = 'accrual'
            AND r.measure = w.measure
    WHERE w.counterfactual = 'refilled' AND w.measure IN ('npv', 'cost', 'payback')
),

last_month AS (
    SELECT max(c.month) AS month
    FROM savings.counterfactual AS c
),

posts AS (
    SELECT
        c.counterfactual,
        max(CASE WHEN c.quantity = 'posts_with' THEN c.principal END) AS gone_with,
        max(CASE WHEN c.quantity = 'posts_without' THEN c.principal END) AS gone_without
    FROM savings.counterfactual AS c
    INNER JOIN last_month AS l ON l.month = c.month
    GROUP BY c.counterfactual
)

SELECT
    w.measure AS subject,
    w.actual AS actual_value,
    w.expected AS expected_value
FROM worth AS w
WHERE w.expected IS NULL OR w.actual IS NULL OR abs(w.actual - w.expected) > 1e-6 * abs(w.expected)
UNION ALL
SELECT
    p.counterfactual AS subject,
    p.gone_without AS actual_value,
    p.gone_with AS expected_value
FROM posts AS p
WHERE p.gone_without > p.gone_with * (1 + 1e-6)
