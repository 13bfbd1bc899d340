-- label: When the programme has paid for itself
-- unit: months
-- how to read: payback_months counts from the first month with cost; payback_months_from_april_2025 is the place in the calendar, where 0 is April 2025 and 35 is March 2028. The department's budget, cost as recognised, longest horizon. Empty: not within the horizon.
WITH appraised AS (
    SELECT
        a.payback_month,
        a.payback_months,
        row_number() OVER (ORDER BY a.horizon_years DESC, a.discount_rate_pct DESC) AS place
    FROM savings.appraisal AS a
    WHERE a.scenario_id = 'best_estimate' AND a.perspective = 'dhsc_budget' AND a.accounting_basis = 'accrual'
),

chosen AS (
    SELECT
        max(a.payback_months) AS months,
        max(a.payback_month) AS paid_back_in,
        CAST('2025-04-01' AS DATE) AS counted_from
    FROM appraised AS a
    WHERE a.place = 1
)

SELECT
    'payback_months' AS figure,
    CAST(c.months AS DOUBLE) AS value
FROM chosen AS c
UNION ALL
SELECT
    'payback_months_from_april_2025' AS figure,
    CAST(
        (year(c.paid_back_in) - year(c.counted_from)) * 12 + month(c.paid_back_in) - month(c.counted_from) AS DOUBLE
    ) AS value
FROM chosen AS c
