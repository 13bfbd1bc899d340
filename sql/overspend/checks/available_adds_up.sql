-- table: overspend.available
-- identity: X4
-- severity: error
-- title: Plan, move, net cost and the amount left for services add up in every row; net cost is cost less saving.
-- remedy: One column of the row was changed alone; derive the row again from plan, move, cost and saving.
SELECT
    a.scenario_id,
    a.interpretation,
    a.profile_id,
    a.fy,
    a.plan_before_move_gbp_m + a.moved_gbp_m AS expected_after_gbp_m,
    a.plan_after_move_gbp_m AS actual_after_gbp_m,
    a.programme_cost_gbp_m - a.recurring_saving_gbp_m AS expected_net_cost_gbp_m,
    a.net_programme_cost_gbp_m AS actual_net_cost_gbp_m,
    a.plan_after_move_gbp_m - a.net_programme_cost_gbp_m AS expected_available_gbp_m,
    a.available_for_services_gbp_m AS actual_available_gbp_m,
    a.available_for_services_gbp_m - a.plan_before_move_gbp_m AS expected_effect_gbp_m,
    a.effect_on_services_gbp_m AS actual_effect_gbp_m
FROM overspend.available AS a
WHERE
    a.plan_after_move_gbp_m <> a.plan_before_move_gbp_m + a.moved_gbp_m
    OR a.net_programme_cost_gbp_m <> a.programme_cost_gbp_m - a.recurring_saving_gbp_m
    OR a.available_for_services_gbp_m <> a.plan_after_move_gbp_m - a.net_programme_cost_gbp_m
    OR a.effect_on_services_gbp_m <> a.available_for_services_gbp_m - a.plan_before_move_gbp_m
