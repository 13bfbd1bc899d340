-- caption: Cost of the programme and money agreed for it by pairing of the two, £m in cash
-- reading: On official figures {{ figure('overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m')|money(0) }} to {{ figure('overspend.funding_gap/official_cost_against_reprofile/gap_high_gbp_m')|money(0) }} of the cost has no stated funding; in the best estimate it is {{ figure('overspend.funding_gap/modelled_cost_against_reprofile/gap_gbp_m')|money(0) }} ({{ figure('audit.conclusion/funding_gap/gap_modelled/low_value')|money(0) }} to {{ figure('audit.conclusion/funding_gap/gap_modelled/high_value')|money(0) }}), {% set press = figure('overspend.funding_gap/press_cost_against_press_overspend/gap_gbp_m') %}{{ 'nothing' if press.value == 0 else press|money(0) }} if the press's cost is set against its overspend.
-- cautions: cost_is_not_severance_alone, modelled_gap_has_no_range
SELECT
    g.reading_id,
    coalesce(g.cost_low_gbp_m, r.p10) AS cost_low_gbp_m,
    g.cost_gbp_m,
    coalesce(g.cost_high_gbp_m, r.p90) AS cost_high_gbp_m,
    g.financed_gbp_m,
    coalesce(g.gap_low_gbp_m, r.p10 - g.financed_gbp_m) AS gap_low_gbp_m,
    g.gap_gbp_m,
    coalesce(g.gap_high_gbp_m, r.p90 - g.financed_gbp_m) AS gap_high_gbp_m,
    g.confidence
FROM overspend.funding_gap AS g
LEFT JOIN savings.appraisal_range AS r
    ON
        g.cost_parameter_id IS NULL
        AND r.scenario_id = 'best_estimate'
        AND r.perspective = 'dhsc_budget'
        AND r.accounting_basis = 'accrual'
        AND r.weighting = 'posterior'
        AND r.measure = 'cost'
ORDER BY gap_high_gbp_m DESC, g.reading_id
