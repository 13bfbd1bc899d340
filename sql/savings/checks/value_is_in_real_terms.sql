-- table: savings.appraisal
-- identity: R3
-- severity: error
-- title: Only real flows are discounted, at a real rate, with the price year and the deflator named.
-- remedy: Cash flows reached the appraisal, or the price year is missing; deflate before discounting.
SELECT
    a.scenario_id,
    a.perspective,
    a.accounting_basis,
    a.horizon_years,
    a.discount_rate_pct,
    'real' AS expected_price_basis,
    a.price_basis AS actual_price_basis,
    a.base_fy AS actual_base_fy,
    d.fy AS actual_deflator_year
FROM savings.appraisal AS a
LEFT JOIN settlement.deflator AS d ON d.vintage_id = a.deflator_vintage_id AND d.fy = a.base_fy
WHERE a.price_basis <> 'real' OR a.base_fy IS NULL OR d.fy IS NULL
