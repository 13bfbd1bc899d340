-- table: savings.unit_cost
-- identity: X7
-- severity: error
-- title: In the central scenario pay rises each year by the award that holds when the year opens.
-- remedy: An award was left out or counted twice; check the dated values of pay_award_pct.
WITH opened AS (
    SELECT
        u.body,
        u.fy,
        CAST(concat(split_part(u.fy, '-', 1), '-04-01') AS DATE) AS opens_on,
        CAST(u.mean_salary_gbp AS DOUBLE) AS salary_gbp,
        lag(CAST(u.mean_salary_gbp AS DOUBLE)) OVER (PARTITION BY u.body ORDER BY u.fy) AS salary_before_gbp
    FROM savings.unit_cost AS u
    WHERE u.scenario_id = 'central'
),

rise AS (
    SELECT
        o.body,
        o.fy,
        o.salary_gbp,
        o.salary_before_gbp,
        p.value AS award_pct
    FROM opened AS o
    LEFT JOIN evidence.parameter_value AS p
        ON p.parameter_id = 'pay_award_pct' AND p.valid_from <= o.opens_on
    WHERE o.salary_before_gbp IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY o.body, o.fy ORDER BY p.valid_from DESC NULLS LAST) = 1
)

SELECT
    r.body,
    r.fy,
    r.salary_before_gbp * (1 + r.award_pct / 100) AS expected_salary_gbp,
    r.salary_gbp AS actual_salary_gbp
FROM rise AS r
-- Each year's pay is rounded to the penny, so a rise may stand a penny or two off.
WHERE r.award_pct IS NULL OR abs(r.salary_before_gbp * (1 + r.award_pct / 100) - r.salary_gbp) * 100 > 2
