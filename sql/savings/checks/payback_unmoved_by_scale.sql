-- table: savings.appraisal
-- identity: R4
-- severity: error
-- title: Payback is where the running sum last turns, and stays there when cost and saving shrink in proportion.
-- remedy: Payback depends on something beside cost and saving; it must be worked out from the running sum alone.
WITH opening AS (
    SELECT min(c.month) AS month
    FROM savings.scenario_flow AS c
),

basis AS (
    SELECT DISTINCT c.accounting_basis
    FROM savings.scenario_flow AS c
    WHERE c.accounting_basis <> 'both'
),

-- Any factor between nil and one serves: the paid share is at hand.
scaled_weight AS (
    SELECT
        w.perspective,
        w.component,
        CAST(w.weight * factor.value AS DECIMAL(18, 6)) AS weight
    FROM raw.appraisal_perspective AS w
    INNER JOIN evidence.parameter_value AS factor
        ON factor.parameter_id = 'paid_exit_share' AND factor.is_current
),

flow AS (
    SELECT
        c.scenario_id,
        c.accounting_basis,
        c.month,
        c.component,
        c.amount_gbp_m AS cost_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS saving_gbp_m
    FROM savings.scenario_flow AS c
    WHERE c.accounting_basis <> 'both'
    UNION ALL
    SELECT
        s.scenario_id,
        b.accounting_basis,
        s.month,
        s.component,
        CAST(0 AS DECIMAL(18, 6)) AS cost_gbp_m,
        s.amount_gbp_m AS saving_gbp_m
    FROM savings.scenario_flow AS s
    CROSS JOIN basis AS b
    WHERE s.accounting_basis = 'both'
),

national AS (
    SELECT
        f.scenario_id,
        w.perspective,
        f.accounting_basis,
        f.month,
        (year(f.month) - year(o.month)) * 12 + month(f.month) - month(o.month) AS months_from_opening,
        sum(f.cost_gbp_m * w.weight) AS cost_gbp_m,
        sum((f.saving_gbp_m - f.cost_gbp_m) * w.weight) AS net_gbp_m
    FROM flow AS f
    CROSS JOIN opening AS o
    INNER JOIN scaled_weight AS w ON w.component = f.component
    GROUP BY f.scenario_id, w.perspective, f.accounting_basis, f.month, o.month
),

running AS (
    SELECT
        n.scenario_id,
        n.perspective,
        n.accounting_basis,
        n.month,
        n.months_from_opening,
        n.cost_gbp_m,
        sum(n.net_gbp_m) OVER (
            PARTITION BY n.scenario_id, n.perspective, n.accounting_basis
            ORDER BY n.month
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS cumulative_gbp_m
    FROM national AS n
),

appraised AS (
    SELECT DISTINCT
        a.scenario_id,
        a.perspective,
        a.accounting_basis,
        a.horizon_years
    FROM savings.appraisal AS a
),

turn AS (
    SELECT
        a.scenario_id,
        a.perspective,
        a.accounting_basis,
        a.horizon_years,
        min(CASE WHEN r.cost_gbp_m > 0 THEN r.month END) AS first_cost_month,
        max(CASE WHEN r.cumulative_gbp_m < 0 THEN r.month END) AS last_negative_month
    FROM appraised AS a
    INNER JOIN running AS r
        ON
            r.scenario_id = a.scenario_id
            AND r.perspective = a.perspective
            AND r.accounting_basis = a.accounting_basis
            AND r.months_from_opening < a.horizon_years * 12
    GROUP BY a.scenario_id, a.perspective, a.accounting_basis, a.horizon_years
),

expected AS (
    SELECT
        t.scenario_id,
        t.perspective,
        t.accounting_basis,
        t.horizon_years,
        t.first_cost_month,
        min(r.month) AS payback_month
    FROM turn AS t
    INNER JOIN running AS r
        ON
            r.scenario_id = t.scenario_id
            AND r.perspective = t.perspective
            AND r.accounting_basis = t.accounting_basis
            AND r.months_from_opening < t.horizon_years * 12
            AND r.month >= t.first_cost_month
            AND (t.last_negative_month IS NULL OR r.month > t.last_negative_month)
    GROUP BY t.scenario_id, t.perspective, t.accounting_basis, t.horizon_years, t.first_cost_month
),

counted AS (
    SELECT
        e.scenario_id,
        e.perspective,
        e.accounting_basis,
        e.horizon_years,
        e.payback_month,
        (year(e.payback_month) - year(e.first_cost_month)) * 12 + month(e.payback_month)
        - month(e.first_cost_month) + 1 AS payback_months
    FROM expected AS e
)

SELECT
    a.scenario_id,
    a.perspective,
    a.accounting_basis,
    a.horizon_years,
    a.discount_rate_pct,
    e.payback_month AS expected_payback_month,
    a.payback_month AS actual_payback_month,
    e.payback_months AS expected_payback_months,
    a.payback_months AS actual_payback_months
FROM savings.appraisal AS a
LEFT JOIN counted AS e
    ON
        e.scenario_id = a.scenario_id
        AND e.perspective = a.perspective
        AND e.accounting_basis = a.accounting_basis
        AND e.horizon_years = a.horizon_years
WHERE
    (a.payback_month IS NULL) <> (e.payback_month IS NULL)
    OR a.payback_month <> e.payback_month
    OR (a.payback_months IS NULL) <> (e.payback_months IS NULL)
    OR a.payback_months <> e.payback_months
