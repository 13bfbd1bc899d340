-- table: savings.unit_cost
-- identity: X1
-- severity: error
-- title: On the same terms, more service and more pay never bring less severance.
-- remedy: The payment is not worked out from service and pay alone; check floor, cap and contracted share.
SELECT
    less.scenario_id,
    less.employer_terms,
    less.fy,
    less.body,
    longer.fy AS fy_with_more,
    longer.body AS body_with_more,
    less.severance_gbp AS expected_at_least_gbp,
    longer.severance_gbp AS actual_gbp
FROM savings.unit_cost AS less
INNER JOIN savings.unit_cost AS longer
    ON
        longer.scenario_id = less.scenario_id
        AND longer.employer_terms = less.employer_terms
        AND longer.reckonable_service_years >= less.reckonable_service_years
        AND longer.month_of_pay_gbp >= less.month_of_pay_gbp
        AND longer.contracted_share >= less.contracted_share
WHERE longer.severance_gbp < less.severance_gbp
