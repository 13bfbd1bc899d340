-- caption: What the model, without a case, predicts of that case, and what happened; misses first
-- reading: {% set missed = rows|rejectattr('is_covered')|list %}{{ rows|length - missed|length }} of {{ rows|length }} results of earlier reorganisations lie in the range predicted without them{% if missed %}; {{ missed[0].label }} does not: {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/actual_value')|plain }} against {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/predicted_p10')|plain }} to {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/predicted_p90')|plain }}{% endif %}.
-- cautions: backtest_is_four_cases
SELECT
    b.case_id,
    b.output,
    b.label,
    b.predicted_p10,
    b.predicted_p50,
    b.predicted_p90,
    b.actual_value,
    b.actual_kind,
    b.is_covered,
    b.direction,
    b.p50_error_pct
FROM savings.backtest AS b
ORDER BY b.is_covered, abs(b.p50_error_pct) DESC, b.case_id, b.output
