-- caption: Hip and knee operations that the modelled saving buys by year, before and after exits and recoup
-- reading: In {{ rows[-1].fy }} the saving buys {{ figure('overspend.operations_bought/best_estimate/reported/as_agreed/' ~ rows[-1].fy ~ '/operations_gross')|whole(-2) }} operations at the reported ratio, and {{ figure('overspend.operations_bought/best_estimate/reported/as_agreed/' ~ rows[-1].fy ~ '/operations_net')|whole(-2) }} ({{ rows[-1].operations_net_p10|whole(-2) }} to {{ rows[-1].operations_net_p90|whole(-2) }}) after {{ figure('overspend.operations_bought/best_estimate/reported/as_agreed/' ~ rows[-1].fy ~ '/recouped_gbp_m')|money(0) }} is taken back.
-- cautions: operations_are_a_ratio
SELECT
    o.fy,
    o.saving_gbp_m,
    o.exit_cost_gbp_m,
    o.recouped_gbp_m,
    o.operations_gross,
    o.operations_net,
    o.operations_net + (n.p10_gbp_m - n.principal_gbp_m) * 1000000 / o.unit_cost_gbp AS operations_net_p10,
    o.operations_net + (n.p90_gbp_m - n.principal_gbp_m) * 1000000 / o.unit_cost_gbp AS operations_net_p90
FROM overspend.operations_bought AS o
INNER JOIN savings.cashflow_year_range AS n
    ON n.fy = o.fy AND n.accounting_basis = 'accrual' AND n.quantity = 'net'
WHERE o.case_id = 'best_estimate' AND o.ratio_id = 'reported' AND o.profile_id = 'as_agreed'
ORDER BY o.fy
