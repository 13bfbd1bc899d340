-- table: savings.unit_cost
-- severity: error
-- title: Imputed staff earn, at the hours contracted, the pay that the stated saving of a post implies.
-- remedy: Grades were not tilted to that pay; look at nhs_assets/model/cells.py and the stated saving per post.
WITH earned AS (
    SELECT
        c.body,
        sum(c.posts * CAST(c.mean_full_time_pay_gbp AS DOUBLE) * c.contracted_share) / nullif(sum(c.posts), 0)
            AS pay_gbp
    FROM workforce.cell AS c
    WHERE c.origin_kind = 'imputed'
    GROUP BY c.body
),

opening AS (
    SELECT
        u.body,
        u.measured_share,
        CAST(u.mean_salary_gbp AS DOUBLE) AS pay_gbp
    FROM savings.unit_cost AS u
    WHERE u.scenario_id = 'central'
    QUALIFY row_number() OVER (PARTITION BY u.body ORDER BY u.fy) = 1
)

SELECT
    o.body,
    o.pay_gbp AS expected_pay_gbp,
    e.pay_gbp AS actual_pay_gbp
FROM opening AS o
LEFT JOIN earned AS e ON e.body = o.body
WHERE o.measured_share < 1 AND (e.pay_gbp IS NULL OR abs(e.pay_gbp - o.pay_gbp) > 1)
