-- caption: Boards by cost of exits over a year's running-cost allowance, with the range of their place, and what is stated or imputed
-- reading: {{ rows[0].name }} is first{% if rows[0].headcount_kind == 'imputed' %}, on imputed figures{% endif %}, with exits that cost {{ figure('savings.organisation_exposure/best_estimate/' ~ rows[0].ods_code ~ '/exit_cost_over_running_cost_pct')|percent }} of a year's allowance; its place is {{ figure('savings.organisation_exposure/best_estimate/' ~ rows[0].ods_code ~ '/exposure_rank_p10')|whole }}{% if rows[0].exposure_rank_p10 != rows[0].exposure_rank_p90 %} to {{ figure('savings.organisation_exposure/best_estimate/' ~ rows[0].ods_code ~ '/exposure_rank_p90')|whole }}{% endif %} in four draws of five. No headcount of a board is measured.
-- cautions: exposure_is_imputed, exposure_rank_is_no_certainty
SELECT
    e.exposure_rank,
    e.name,
    e.ods_code,
    e.exposure_rank_p10,
    e.exposure_rank_p90,
    e.exit_cost_over_running_cost_pct,
    e.exit_cost_gbp_m,
    e.running_cost_allowance_gbp_m,
    e.headcount_kind,
    e.exit_cost_kind,
    e.running_cost_kind
FROM savings.organisation_exposure AS e
WHERE e.scenario_id = 'best_estimate' AND e.exposure_rank IS NOT NULL
ORDER BY e.exposure_rank, e.ods_code
