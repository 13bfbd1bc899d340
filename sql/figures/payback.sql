-- caption: Running sum of saving less cost by month, over posts refilled and over leavers not replaced, £m in cash
-- reading: Over posts that would have been refilled the programme is paid back in {{ figure('savings.appraisal/best_estimate/dhsc_budget/accrual/10/3.5/payback_month')|month }}, after {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/payback/p10')|whole }} to {{ figure('savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/payback/p90')|whole }} months; over not replacing leavers in {{ figure('savings.counterfactual_worth/attrition/payback/share_of_draws')|times(100)|percent }} of draws within ten years.
-- cautions: appraisal_is_modelled, payback_is_in_cash
SELECT
    r.month,
    r.fy,
    r.principal AS over_refilled_gbp_m,
    r.p10 AS over_refilled_p10_gbp_m,
    r.p90 AS over_refilled_p90_gbp_m,
    a.principal AS over_attrition_gbp_m,
    a.p10 AS over_attrition_p10_gbp_m,
    a.p90 AS over_attrition_p90_gbp_m
FROM savings.counterfactual AS r
INNER JOIN savings.counterfactual AS a ON a.month = r.month AND a.quantity = r.quantity
WHERE r.counterfactual = 'refilled' AND a.counterfactual = 'attrition' AND r.quantity = 'cumulative_net'
ORDER BY r.month
