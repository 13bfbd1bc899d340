-- question: Would this model have predicted 2010-13?
-- answer: {% set past = where(case_id='reorganisation_2010_13') %}{% set covered = past|map(attribute='is_covered')|list %}{% set cost = row(case_id='reorganisation_2010_13', output='cost_gbp_m') %}{% set missed = rows|rejectattr('is_covered')|map(attribute='label')|unique|list %}
-- answer: {{ 'Yes' if covered|min else 'Only partly' if covered|max else 'No' }}: {{ covered|select|list|count }} of {{ covered|count }} results lie in its range of four draws of five, such as a cost of {{ cost.actual|money }} ({{ cost.p10|money }} to {{ cost.p90|money }})
-- answer: {%- if missed %}; outside it {{ 'lies' if missed|count == 1 else 'lie' }} {{ missed|several }}{% else %}, and no other case lies outside{% endif %} (as known on {{ cost.known_by|day }}).
-- no rows: Not known of a past day: this rests on draws, and those are made for today alone.
-- how to read: What all evidence except a case makes of it, beside what happened. is_covered says whether it lies in the 80% range, p10 to p90; direction, if not, whether the prediction was too low or too high; off_by_pct is the median over what happened; score is the continuous ranked probability score as a per cent of it, and zero is best. Sources do not say how much notice and National Insurance their cost includes, so that share is drawn. A budget is what was set aside, not what happened. breaks_rules marks a case whose exits cost more than the terms give to anybody with the pay of the body: it is kept. carried_back names rules that were not held for that day, so that a later rule stands in.
SELECT
    b.case_id,
    b.label,
    b.output,
    round(b.predicted_p10, 3) AS p10,
    round(b.predicted_p50, 3) AS p50,
    round(b.predicted_p90, 3) AS p90,
    round(b.actual_value, 3) AS actual,
    b.actual_kind,
    b.is_covered,
    b.direction,
    b.breaks_rules,
    round(b.p50_error_pct, 1) AS off_by_pct,
    round(b.crps_of_actual_pct, 1) AS score_pct,
    b.rules_carried_back AS carried_back,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.backtest AS b
ORDER BY b.case_id DESC, b.output
