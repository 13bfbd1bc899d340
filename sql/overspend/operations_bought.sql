WITH ratio AS (
    SELECT
        'reported' AS ratio_id,
        p.value AS operations_per_gbp_1000m,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'operations_per_gbp_1000m' AND p.is_current
    UNION ALL
    SELECT
        'later_answer' AS ratio_id,
        p.low AS operations_per_gbp_1000m,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'operations_per_gbp_1000m' AND p.is_current
),

unit_cost AS (
    SELECT
        r.ratio_id,
        1000 * CAST(1000000 AS DOUBLE) / nullif(r.operations_per_gbp_1000m, 0) AS unit_cost_gbp,
        r.known_from
    FROM ratio AS r
),

official_ledger AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.fy,
        l.recouped_gbp_m,
        max(l.known_from) OVER (PARTITION BY l.profile_id) AS known_from,
        min(CASE WHEN l.drawn_gbp_m > 0 THEN l.fy END) OVER (PARTITION BY l.profile_id) AS first_drawn_fy
    FROM overspend.ledger AS l
    WHERE l.interpretation = 'official_reprofile' AND l.price_basis = 'cash'
),

spent AS (
    SELECT
        'stated_saving' AS case_id,
        l.profile_id,
        l.fy,
        CAST(s.value AS DECIMAL(18, 6)) AS saving_gbp_m,
        CAST(0 AS DECIMAL(18, 6)) AS exit_cost_gbp_m,
        l.recouped_gbp_m,
        greatest(l.known_from, s.known_from) AS known_from
    FROM official_ledger AS l
    INNER JOIN evidence.parameter_value AS s
        ON s.parameter_id = 'stated_annual_saving_gbp_m' AND s.is_current
    WHERE l.fy > l.first_drawn_fy
    UNION ALL
    SELECT
        'central' AS case_id,
        l.profile_id,
        l.fy,
        a.recurring_saving_gbp_m AS saving_gbp_m,
        a.programme_cost_gbp_m AS exit_cost_gbp_m,
        l.recouped_gbp_m,
        greatest(l.known_from, a.known_from) AS known_from
    FROM official_ledger AS l
    INNER JOIN overspend.available AS a
        ON a.interpretation = l.interpretation AND a.profile_id = l.profile_id AND a.fy = l.fy
    WHERE a.scenario_id = 'central'
),

latest_deflator AS (
    SELECT DISTINCT d.vintage_id
    FROM settlement.deflator AS d
    WHERE
        d.status <> 'extended'
        AND d.known_from = (SELECT max(l.known_from) FROM settlement.deflator AS l WHERE l.status <> 'extended')
),

-- At the prices of the base year an operation costs what it is reported to cost.
price_index AS (
    SELECT
        d.fy,
        base.fy AS base_fy,
        base.index_value / nullif(d.index_value, 0) AS factor,
        greatest(d.known_from, base.known_from) AS known_from
    FROM settlement.deflator AS d
    INNER JOIN latest_deflator AS l ON l.vintage_id = d.vintage_id
    INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id AND base.fy = '2025-26'
)

SELECT
    s.case_id,
    u.ratio_id,
    s.profile_id,
    s.fy,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    s.saving_gbp_m,
    s.exit_cost_gbp_m,
    s.recouped_gbp_m,
    u.unit_cost_gbp,
    CAST(s.saving_gbp_m AS DOUBLE) * 1000000 / nullif(u.unit_cost_gbp, 0) AS operations_gross,
    CAST(s.saving_gbp_m - s.exit_cost_gbp_m AS DOUBLE) * 1000000
    / nullif(u.unit_cost_gbp, 0) AS operations_net_of_exit_cost,
    CAST(s.saving_gbp_m - s.recouped_gbp_m AS DOUBLE) * 1000000
    / nullif(u.unit_cost_gbp, 0) AS operations_net_of_recoup,
    CAST(s.saving_gbp_m - s.exit_cost_gbp_m - s.recouped_gbp_m AS DOUBLE) * 1000000
    / nullif(u.unit_cost_gbp, 0) AS operations_net,
    CAST(s.saving_gbp_m AS DOUBLE) * 1000000 * x.factor / nullif(u.unit_cost_gbp, 0) AS operations_gross_real,
    CAST(s.saving_gbp_m - s.exit_cost_gbp_m - s.recouped_gbp_m AS DOUBLE) * 1000000 * x.factor
    / nullif(u.unit_cost_gbp, 0) AS operations_net_real,
    x.base_fy AS real_base_fy,
    greatest(s.known_from, u.known_from, x.known_from) AS known_from
FROM spent AS s
INNER JOIN price_index AS x ON x.fy = s.fy
CROSS JOIN unit_cost AS u
