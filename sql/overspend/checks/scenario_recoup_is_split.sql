-- table: overspend.scenario_recoup
-- identity: O1
-- severity: error
-- title: Recoup is met from the year's net saving as far as that reaches; the rest is left to budgets.
-- remedy: More is called met than was saved, or a part is missing; split it again from the account and the scenario's months.
WITH saving AS (
    SELECT
        m.scenario_id,
        m.fy,
        sum(m.net_gbp_m) AS net_gbp_m
    FROM savings.scenario_month AS m
    WHERE m.accounting_basis = 'accrual'
    GROUP BY m.scenario_id, m.fy
)

SELECT
    r.scenario_id,
    r.interpretation,
    r.fy,
    s.net_gbp_m AS expected_net_saving_gbp_m,
    r.net_saving_gbp_m AS actual_net_saving_gbp_m,
    l.recouped_gbp_m AS expected_recouped_gbp_m,
    r.recouped_gbp_m AS actual_recouped_gbp_m,
    r.met_from_saving_gbp_m,
    r.left_to_budgets_gbp_m
FROM overspend.scenario_recoup AS r
LEFT JOIN saving AS s ON s.scenario_id = r.scenario_id AND s.fy = r.fy
LEFT JOIN overspend.ledger AS l
    ON
        l.interpretation = r.interpretation
        AND l.profile_id = r.profile_id
        AND l.fy = r.fy
        AND l.price_basis = 'cash'
WHERE
    s.net_gbp_m IS NULL
    OR l.recouped_gbp_m IS NULL
    OR r.net_saving_gbp_m <> s.net_gbp_m
    OR r.recouped_gbp_m <> l.recouped_gbp_m
    OR r.met_from_saving_gbp_m + r.left_to_budgets_gbp_m <> r.recouped_gbp_m
    OR r.met_from_saving_gbp_m <> least(greatest(s.net_gbp_m, 0), l.recouped_gbp_m)
    OR r.is_met <> (r.left_to_budgets_gbp_m = 0)
