-- caption: Cost of exits and saving of posts by financial year in the best estimate with its 80% range, £m in cash
-- reading: {% set first = rows[0] %}Of the cost of {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost/principal')|money(0) }} ({{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost/p10')|money(0) }} to {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost/p90')|money(0) }}), {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost_in_first_year/principal')|money(0) }} ({{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost_in_first_year/p10')|money(0) }} to {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost_in_first_year/p90')|money(0) }}) is recognised in {{ first.fy }}; the saving reaches {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/saving_at_run_rate/principal')|money(0) }} ({{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/saving_at_run_rate/p10')|money(0) }} to {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/saving_at_run_rate/p90')|money(0) }}) in {{ rows[-1].fy }}.
-- cautions: appraisal_is_modelled, saving_is_a_yearly_flow
SELECT
    c.fy,
    c.principal_gbp_m AS cost_gbp_m,
    c.p10_gbp_m AS cost_p10_gbp_m,
    c.p90_gbp_m AS cost_p90_gbp_m,
    s.principal_gbp_m AS saving_gbp_m,
    s.p10_gbp_m AS saving_p10_gbp_m,
    s.p90_gbp_m AS saving_p90_gbp_m
FROM savings.cashflow_year_range AS c
INNER JOIN savings.cashflow_year_range AS s ON s.fy = c.fy AND s.accounting_basis = c.accounting_basis
WHERE c.accounting_basis = 'accrual' AND c.quantity = 'cost' AND s.quantity = 'saving' AND c.fy <= '2030-31'
ORDER BY c.fy
