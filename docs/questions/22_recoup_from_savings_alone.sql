-- question: Can the recoup be met from savings alone each year?
-- answer: {% set agreed = rows|selectattr('profile_id', 'eq', 'as_agreed')|selectattr('recouped_gbp_m', 'gt', 0)|list %}{% set met = agreed|map(attribute='is_met')|list %}
-- answer: {{ 'Yes' if met|min else 'Only partly' if met|max else 'No' }}:
-- answer: {% for year in agreed %}{{ 'the official' if year.interpretation == 'official_reprofile' else "the press's" }} {{ year.recouped_gbp_m|money }} in {{ year.fy }} {{ 'is met' if year.is_met else 'is not' }}, as {{ year.net_saving_gbp_m|money }}{% if year.net_saving_low_gbp_m %} {{ ranged(year.net_saving_low_gbp_m|money, year.net_saving_high_gbp_m|money) }}{% endif %} is saved net of exits{% if year.is_met and year.net_saving_low_gbp_m and year.net_saving_low_gbp_m < year.recouped_gbp_m %}, but not in every draw{% endif %}{{ '' if loop.last else '; ' }}{% endfor %} (as known on {{ rows[0].known_by|day }}).
-- how to read: Under both readings of the deal, each way of taking the advance back, £m by year at the prices of the year. Net saving is saving less one-off cost as recognised (accrual), because that is what the limit is charged with. What it does not cover is left to other budgets. Closing is what is still out at the end of the year; at the end of the settlement only the way that is capped by savings may leave something. net_saving_low_gbp_m and net_saving_high_gbp_m are the 80% range of the last year, the only one that is drawn as a whole.
SELECT
    r.interpretation,
    r.profile_id,
    r.fy,
    r.net_saving_gbp_m,
    r.recouped_gbp_m,
    r.met_from_saving_gbp_m,
    r.left_to_budgets_gbp_m,
    r.is_met,
    r.closing_gbp_m,
    c.posterior_p10 AS net_saving_low_gbp_m,
    c.posterior_p90 AS net_saving_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.scenario_recoup AS r
-- The last year is the one of the official saving, whose draws savings.calibration holds; no exits are paid in it.
LEFT JOIN savings.calibration AS c
    ON c.evidence_id = 'saving_all' AND r.fy = (SELECT max(y.fy) FROM overspend.scenario_recoup AS y)
WHERE r.scenario_id = 'best_estimate' OR r.scenario_id LIKE 'recoup_%'
ORDER BY r.interpretation, r.profile_id, r.fy
