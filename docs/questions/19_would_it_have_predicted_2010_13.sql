-- question: Would this model have predicted 2010-13?
-- how to read: What the model's own rules and assumptions make of each earlier case, beside what happened. is_covered says whether it lies in the range of p10 to p90, which should hold for four in five; off_by_pct is the median over what happened; score is the continuous ranked probability score as a per cent of it, and zero is best. severance is set against the stated cost alone, and exit_cost with notice and National Insurance, because sources do not say which they count. A budget is what was set aside, not what happened. Where is_circular, the range was itself read off the case, so that covering it proves nothing. carried_back names rules that were not held for that day, so that a later rule stands in.
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
    b.is_circular,
    round(b.p50_error_pct, 1) AS off_by_pct,
    round(b.crps_of_actual_pct, 1) AS score_pct,
    b.rules_carried_back AS carried_back
FROM savings.backtest AS b
ORDER BY b.case_id DESC, b.output
