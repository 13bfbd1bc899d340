-- table: overspend.available
-- identity: X4
-- severity: error
-- title: Every scenario, profile and year is present, and its cost and saving are the sums of their months.
-- remedy: A year has no plan, deflator or cash flow; check the years of the settlement and of the programme.
WITH programme_year AS (
    SELECT
        c.scenario_id,
        c.fy,
        sum(c.cost_gbp_m) AS cost_gbp_m,
        sum(c.saving_gbp_m) AS saving_gbp_m
    FROM savings.cashflow_month AS c
    WHERE c.accounting_basis = 'accrual'
    GROUP BY c.scenario_id, c.fy
),

scenario AS (
    SELECT DISTINCT c.scenario_id
    FROM savings.cashflow_month AS c
),

expected AS (
    SELECT
        s.scenario_id,
        l.interpretation,
        l.profile_id,
        l.fy,
        l.drawn_gbp_m - l.recouped_gbp_m AS moved_gbp_m,
        y.cost_gbp_m,
        y.saving_gbp_m
    FROM overspend.ledger AS l
    CROSS JOIN scenario AS s
    LEFT JOIN programme_year AS y ON y.scenario_id = s.scenario_id AND y.fy = l.fy
    WHERE l.price_basis = 'cash'
)

SELECT
    e.scenario_id,
    e.interpretation,
    e.profile_id,
    e.fy,
    e.cost_gbp_m AS expected_cost_gbp_m,
    a.programme_cost_gbp_m AS actual_cost_gbp_m,
    e.saving_gbp_m AS expected_saving_gbp_m,
    a.recurring_saving_gbp_m AS actual_saving_gbp_m,
    e.moved_gbp_m AS expected_moved_gbp_m,
    a.moved_gbp_m AS actual_moved_gbp_m
FROM expected AS e
LEFT JOIN overspend.available AS a
    ON
        a.scenario_id = e.scenario_id
        AND a.interpretation = e.interpretation
        AND a.profile_id = e.profile_id
        AND a.fy = e.fy
WHERE
    a.scenario_id IS NULL
    OR e.cost_gbp_m IS NULL
    OR a.programme_cost_gbp_m <> e.cost_gbp_m
    OR a.recurring_saving_gbp_m <> e.saving_gbp_m
    OR a.moved_gbp_m <> e.moved_gbp_m
