WITH stated AS (
    SELECT
        p.parameter_id,
        CAST(p.low AS DECIMAL(18, 6)) AS low_gbp_m,
        CAST(p.value AS DECIMAL(18, 6)) AS value_gbp_m,
        CAST(p.high AS DECIMAL(18, 6)) AS high_gbp_m,
        p.confidence
    FROM evidence.parameter_value AS p
    WHERE
        p.is_current
        AND p.parameter_id IN (
            'stated_programme_cost_gbp_m',
            'press_programme_cost_gbp_m',
            'press_overspend_gbp_m',
            'reprofiled_amount_gbp_m'
        )
),

modelled AS (
    SELECT sum(c.cost_gbp_m) AS cost_gbp_m
    FROM savings.cashflow_month AS c
    WHERE c.scenario_id = 'best_estimate' AND c.accounting_basis = 'accrual'
),

reading AS (
    SELECT
        'official_cost_against_reprofile' AS reading_id,
        'stated_programme_cost_gbp_m' AS cost_id,
        'reprofiled_amount_gbp_m' AS financed_id
    UNION ALL
    SELECT
        'press_cost_against_press_overspend' AS reading_id,
        'press_programme_cost_gbp_m' AS cost_id,
        'press_overspend_gbp_m' AS financed_id
    UNION ALL
    SELECT
        'press_cost_against_reprofile' AS reading_id,
        'press_programme_cost_gbp_m' AS cost_id,
        'reprofiled_amount_gbp_m' AS financed_id
),

compared AS (
    SELECT
        r.reading_id,
        cost.low_gbp_m AS cost_low_gbp_m,
        cost.value_gbp_m AS cost_gbp_m,
        cost.high_gbp_m AS cost_high_gbp_m,
        financed.value_gbp_m AS financed_gbp_m,
        r.cost_id AS cost_parameter_id,
        r.financed_id AS financed_parameter_id,
        CASE
            WHEN 'E' IN (cost.confidence, financed.confidence) THEN 'E'
            WHEN 'K' IN (cost.confidence, financed.confidence) THEN 'K'
            ELSE 'F(d)'
        END AS confidence
    FROM reading AS r
    INNER JOIN stated AS cost ON cost.parameter_id = r.cost_id
    INNER JOIN stated AS financed ON financed.parameter_id = r.financed_id
    UNION ALL
    SELECT
        'modelled_cost_against_reprofile' AS reading_id,
        CAST(NULL AS DECIMAL(18, 6)) AS cost_low_gbp_m,
        m.cost_gbp_m,
        CAST(NULL AS DECIMAL(18, 6)) AS cost_high_gbp_m,
        financed.value_gbp_m AS financed_gbp_m,
        CAST(NULL AS VARCHAR) AS cost_parameter_id,
        financed.parameter_id AS financed_parameter_id,
        'E' AS confidence
    FROM modelled AS m
    INNER JOIN stated AS financed ON financed.parameter_id = 'reprofiled_amount_gbp_m'
    WHERE m.cost_gbp_m IS NOT NULL
)

SELECT
    c.reading_id,
    'cash' AS price_basis,
    CAST(NULL AS VARCHAR) AS base_fy,
    CAST(c.cost_low_gbp_m AS DECIMAL(18, 6)) AS cost_low_gbp_m,
    CAST(c.cost_gbp_m AS DECIMAL(18, 6)) AS cost_gbp_m,
    CAST(c.cost_high_gbp_m AS DECIMAL(18, 6)) AS cost_high_gbp_m,
    c.financed_gbp_m,
    CAST(c.cost_low_gbp_m - c.financed_gbp_m AS DECIMAL(18, 6)) AS gap_low_gbp_m,
    CAST(c.cost_gbp_m - c.financed_gbp_m AS DECIMAL(18, 6)) AS gap_gbp_m,
    CAST(c.cost_high_gbp_m - c.financed_gbp_m AS DECIMAL(18, 6)) AS gap_high_gbp_m,
    c.cost_parameter_id,
    c.financed_parameter_id,
    c.confidence
FROM compared AS c
