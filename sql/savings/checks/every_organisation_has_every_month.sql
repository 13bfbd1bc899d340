-- table: savings.cashflow_month
-- severity: error
-- title: Every organisation has every month of the appraisal, in every scenario and on both bases.
-- remedy: Months or organisations were dropped on the way; compare the cost and saving tables with the organisations.
WITH span AS (
    SELECT
        (year(max(f.month)) - year(min(f.month))) * 12 + month(max(f.month)) - month(min(f.month)) + 1 AS months
    FROM savings.cashflow_month AS f
),

held AS (
    SELECT
        f.scenario_id,
        f.accounting_basis,
        f.ods_code,
        count(*) AS months
    FROM savings.cashflow_month AS f
    GROUP BY f.scenario_id, f.accounting_basis, f.ods_code
)

SELECT
    h.scenario_id,
    h.accounting_basis,
    h.ods_code,
    horizon.value * 12 AS expected_months,
    s.months AS actual_span_months,
    h.months AS actual_months
FROM held AS h
CROSS JOIN span AS s
LEFT JOIN evidence.parameter_value AS horizon
    ON horizon.parameter_id = 'appraisal_horizon_years' AND horizon.is_current
WHERE horizon.value IS NULL OR h.months <> s.months OR h.months <> horizon.value * 12
