-- question: Can the recoup be met from savings alone each year?
-- how to read: Under both readings of the deal, each way of taking the advance back, £m by year at the prices of the year. Net saving is saving less one-off cost as recognised (accrual), because that is what the limit is charged with. What it does not cover is left to other budgets. Closing is what is still out at the end of the year; at the end of the settlement only the way that is capped by savings may leave something.
SELECT
    r.interpretation,
    r.profile_id,
    r.fy,
    r.net_saving_gbp_m,
    r.recouped_gbp_m,
    r.met_from_saving_gbp_m,
    r.left_to_budgets_gbp_m,
    r.is_met,
    r.closing_gbp_m
FROM overspend.scenario_recoup AS r
WHERE r.scenario_id = 'best_estimate' OR r.scenario_id LIKE 'recoup_%'
ORDER BY r.interpretation, r.profile_id, r.fy
