-- question: Would this model have predicted 2010-13?
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
    b.rules_carried_back AS carried_back
FROM savings.backtest AS b
ORDER BY b.case_id DESC, b.output
