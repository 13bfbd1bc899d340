-- The limit is charged when a cost is recognised, not when it is paid.
WITH programme_year AS (
    SELECT
        m.scenario_id,
        m.fy,
        sum(m.net_gbp_m) AS net_saving_gbp_m
    FROM savings.scenario_month AS m
    WHERE m.accounting_basis = 'accrual'
    GROUP BY m.scenario_id, m.fy
),

taken_back AS (
    SELECT
        s.scenario_id,
        l.interpretation,
        l.profile_id,
        l.fy,
        CAST(y.net_saving_gbp_m AS DECIMAL(18, 6)) AS net_saving_gbp_m,
        l.recouped_gbp_m,
        CAST(least(greatest(y.net_saving_gbp_m, 0), l.recouped_gbp_m) AS DECIMAL(18, 6)) AS met_from_saving_gbp_m,
        l.closing_gbp_m
    FROM evidence.scenario AS s
    INNER JOIN overspend.ledger AS l ON l.profile_id = s.recoup_profile_id AND l.price_basis = 'cash'
    INNER JOIN programme_year AS y ON y.scenario_id = s.scenario_id AND y.fy = l.fy
)

SELECT
    t.*,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(t.recouped_gbp_m - t.met_from_saving_gbp_m AS DECIMAL(18, 6)) AS left_to_budgets_gbp_m,
    t.met_from_saving_gbp_m = t.recouped_gbp_m AS is_met
FROM taken_back AS t
