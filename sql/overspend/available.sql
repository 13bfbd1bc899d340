WITH instrument_year AS (
    SELECT
        i.interpretation,
        i.fy,
        i.vintage_id,
        i.delta_gbp_m,
        v.known_from,
        count(*) OVER (PARTITION BY i.interpretation) AS years
    FROM overspend.instrument AS i
    INNER JOIN evidence.vintage AS v ON v.vintage_id = i.vintage_id
),

-- The latest settlement known when the reading became known; where the reading is a settlement itself, that one.
known_plan AS (
    SELECT
        i.interpretation,
        p.vintage_id,
        row_number() OVER (
            PARTITION BY i.interpretation
            ORDER BY
                p.known_from DESC,
                CASE WHEN p.vintage_id = i.vintage_id THEN 0 ELSE 1 END,
                p.vintage_id
        ) AS age
    FROM instrument_year AS i
    INNER JOIN settlement.plan AS p
        ON p.fy = i.fy AND p.line_id = 'dhsc_rdel' AND p.known_from <= i.known_from
    GROUP BY i.interpretation, i.vintage_id, i.years, p.vintage_id, p.known_from
    HAVING count(*) = i.years
),

plan_year AS (
    SELECT
        i.interpretation,
        i.fy,
        k.vintage_id AS plan_vintage_id,
        -- The settlement that made the move already includes it.
        p.amount_gbp_m - CASE WHEN k.vintage_id = i.vintage_id THEN i.delta_gbp_m ELSE 0 END AS before_gbp_m
    FROM instrument_year AS i
    INNER JOIN known_plan AS k ON k.interpretation = i.interpretation AND k.age = 1
    INNER JOIN settlement.plan AS p
        ON p.vintage_id = k.vintage_id AND p.fy = i.fy AND p.line_id = 'dhsc_rdel'
),

-- The limit is charged when a cost is recognised, not when it is paid.
programme_year AS (
    SELECT
        c.scenario_id,
        c.fy,
        sum(c.cost_gbp_m) AS cost_gbp_m,
        sum(c.saving_gbp_m) AS saving_gbp_m
    FROM savings.cashflow_month AS c
    WHERE c.accounting_basis = 'accrual'
    GROUP BY c.scenario_id, c.fy
),

joined AS (
    SELECT
        y.scenario_id,
        l.interpretation,
        l.profile_id,
        l.fy,
        p.plan_vintage_id,
        CAST(p.before_gbp_m AS DECIMAL(18, 6)) AS plan_before_move_gbp_m,
        CAST(l.drawn_gbp_m - l.recouped_gbp_m AS DECIMAL(18, 6)) AS moved_gbp_m,
        CAST(y.cost_gbp_m AS DECIMAL(18, 6)) AS programme_cost_gbp_m,
        CAST(y.saving_gbp_m AS DECIMAL(18, 6)) AS recurring_saving_gbp_m,
        CAST(y.cost_gbp_m - y.saving_gbp_m AS DECIMAL(18, 6)) AS net_programme_cost_gbp_m
    FROM overspend.ledger AS l
    INNER JOIN plan_year AS p ON p.interpretation = l.interpretation AND p.fy = l.fy
    INNER JOIN programme_year AS y ON y.fy = l.fy
    WHERE l.price_basis = 'cash'
),

effect AS (
    SELECT
        j.*,
        CAST(j.plan_before_move_gbp_m + j.moved_gbp_m AS DECIMAL(18, 6)) AS plan_after_move_gbp_m,
        CAST(j.moved_gbp_m - j.net_programme_cost_gbp_m AS DECIMAL(18, 6)) AS effect_on_services_gbp_m
    FROM joined AS j
),

left_over AS (
    SELECT
        e.*,
        CAST(e.plan_before_move_gbp_m + e.effect_on_services_gbp_m AS DECIMAL(18, 6)) AS available_for_services_gbp_m
    FROM effect AS e
)

SELECT
    o.*,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(o.available_for_services_gbp_m AS DOUBLE) * x.factor AS real_available_gbp_m,
    CAST(o.moved_gbp_m AS DOUBLE) * x.factor AS real_moved_gbp_m,
    x.base_fy AS real_base_fy
FROM left_over AS o
INNER JOIN settlement.price_index AS x ON x.fy = o.fy AND x.base_fy = '2025-26' AND x.is_latest
