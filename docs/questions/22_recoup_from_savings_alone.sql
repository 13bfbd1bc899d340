-- question: Can the recoup be met from savings alone each year?
-- answer: {% set agreed = rows|selectattr('profile_id', 'eq', 'as_agreed')|selectattr('recouped_gbp_m', 'gt', 0)|list %}{% set met = agreed|map(attribute='is_met')|list %}
-- answer: {{ 'Yes' if met|min else 'Only partly' if met|max else 'No' }}:
-- answer: {% for year in agreed %}{{ 'the official' if year.interpretation == 'official_reprofile' else "the press's" }} {{ year.recouped_gbp_m|money }} in {{ year.fy }} {{ 'is met' if year.is_met else 'is not' }}, as {{ year.net_saving_gbp_m|money }}{% if year.net_saving_low_gbp_m %} {{ ranged(year.net_saving_low_gbp_m|money, year.net_saving_high_gbp_m|money) }}{% endif %} is saved net of exits{% if year.is_met and year.net_saving_low_gbp_m and year.net_saving_low_gbp_m < year.recouped_gbp_m %}, but not in every draw{% endif %}{{ '' if loop.last else '; ' }}{% endfor %} (as known on {{ rows[0].known_by|day }}).
-- how to read: Under both readings of the deal, each way of taking the advance back, £m by year at the prices of the year. Net saving is saving less one-off cost as recognised (accrual), because that is what the limit is charged with. What it does not cover is left to other budgets. Closing is what is still out at the end of the year; at the end of the settlement only the way that is capped by savings may leave something. net_saving_low_gbp_m and net_saving_high_gbp_m are its 80% range, empty as of a past day.
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
    n.p10_gbp_m AS net_saving_low_gbp_m,
    n.p90_gbp_m AS net_saving_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.scenario_recoup AS r
LEFT JOIN savings.cashflow_year_range AS n
    ON n.fy = r.fy AND n.accounting_basis = 'accrual' AND n.quantity = 'net'
WHERE r.scenario_id = 'best_estimate' OR r.scenario_id LIKE 'recoup_%'
ORDER BY r.interpretation, r.profile_id, r.fy
