-- table: savings.exit_point
-- identity: X1
-- severity: error
-- title: On the same terms, more service and more pay never bring less severance.
-- remedy: The payment is not worked out from service and pay alone; check floor, cap and contracted share.
SELECT
    less.scenario_id,
    less.employer_terms,
    less.fy,
    less.body,
    less.grade,
    less.complete_years,
    longer.body AS body_with_more,
    longer.grade AS grade_with_more,
    longer.complete_years AS complete_years_with_more,
    less.severance_gbp AS expected_at_least_gbp,
    longer.severance_gbp AS actual_gbp
FROM savings.exit_point AS less
INNER JOIN savings.exit_point AS longer
    ON
        longer.scenario_id = less.scenario_id
        AND longer.employer_terms = less.employer_terms
        AND longer.fy = less.fy
        AND longer.complete_years >= less.complete_years
        AND longer.annual_pay_gbp >= less.annual_pay_gbp
        AND longer.contracted_share >= less.contracted_share
WHERE longer.severance_gbp < less.severance_gbp
