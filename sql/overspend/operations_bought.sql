WITH reported AS (
    SELECT
        p.low,
        p.value
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'operations_per_gbp_1000m' AND p.is_current
),

unit_cost AS (
    SELECT
        'reported' AS ratio_id,
        1000 * CAST(1000000 AS DOUBLE) / nullif(r.value, 0) AS unit_cost_gbp
    FROM reported AS r
    UNION ALL
    SELECT
        'later_answer' AS ratio_id,
        1000 * CAST(1000000 AS DOUBLE) / nullif(r.low, 0) AS unit_cost_gbp
    FROM reported AS r
),

official_ledger AS (
    SELECT
        l.profile_id,
        l.fy,
        l.recouped_gbp_m,
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
        l.recouped_gbp_m
    FROM official_ledger AS l
    INNER JOIN settlement.financial_year AS y ON y.fy = l.fy
    INNER JOIN settlement.financial_year AS f ON f.fy = l.first_drawn_fy
    INNER JOIN evidence.parameter_value AS s
        ON s.parameter_id = 'stated_annual_saving_gbp_m' AND s.is_current
    INNER JOIN evidence.parameter_value AS n
        ON n.parameter_id = 'stated_saving_years_on' AND n.is_current
    -- Nobody states how much is saved in a year before.
    WHERE y.start_year - f.start_year >= n.value
    UNION ALL
    SELECT
        'best_estimate' AS case_id,
        l.profile_id,
        l.fy,
        a.recurring_saving_gbp_m AS saving_gbp_m,
        a.programme_cost_gbp_m AS exit_cost_gbp_m,
        l.recouped_gbp_m
    FROM official_ledger AS l
    INNER JOIN overspend.available AS a
        ON
            a.scenario_id = 'best_estimate'
            AND a.interpretation = 'official_reprofile'
            AND a.profile_id = l.profile_id
            AND a.fy = l.fy
),

-- At the prices of the base year an operation costs what it is reported to cost.
bought AS (
    SELECT
        s.*,
        u.ratio_id,
        u.unit_cost_gbp,
        x.base_fy AS real_base_fy,
        x.factor
    FROM spent AS s
    INNER JOIN settlement.price_index AS x ON x.fy = s.fy AND x.base_fy = '2025-26' AND x.is_latest
    CROSS JOIN unit_cost AS u
)

SELECT
    b.case_id,
    b.ratio_id,
    b.profile_id,
    b.fy,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    b.saving_gbp_m,
    b.exit_cost_gbp_m,
    b.recouped_gbp_m,
    b.unit_cost_gbp,
    CAST(b.saving_gbp_m AS DOUBLE) * 1000000 / nullif(b.unit_cost_gbp, 0) AS operations_gross,
    CAST(b.saving_gbp_m - b.exit_cost_gbp_m AS DOUBLE) * 1000000
    / nullif(b.unit_cost_gbp, 0) AS operations_net_of_exit_cost,
    CAST(b.saving_gbp_m - b.recouped_gbp_m AS DOUBLE) * 1000000
    / nullif(b.unit_cost_gbp, 0) AS operations_net_of_recoup,
    CAST(b.saving_gbp_m - b.exit_cost_gbp_m - b.recouped_gbp_m AS DOUBLE) * 1000000
    / nullif(b.unit_cost_gbp, 0) AS operations_net,
    CAST(b.saving_gbp_m AS DOUBLE) * 1000000 * b.factor / nullif(b.unit_cost_gbp, 0) AS operations_gross_real,
    CAST(b.saving_gbp_m - b.exit_cost_gbp_m - b.recouped_gbp_m AS DOUBLE) * 1000000 * b.factor
    / nullif(b.unit_cost_gbp, 0) AS operations_net_real,
    b.real_base_fy
FROM bought AS b
