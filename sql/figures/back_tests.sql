-- caption: What the model, without a case, predicts of that case, and what happened; misses first
-- reading: {% set missed = rows|rejectattr('is_covered')|list %}{{ rows|length - missed|length }} of {{ rows|length }} results of earlier reorganisations lie in the range predicted without them{% if missed %}; {{ missed[0].label }} does not, predicted {{ missed[0].direction|replace('_', ' ') }}: {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/actual_value')|in_unit(missed[0].unit) }} against {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/predicted_p10')|in_unit(missed[0].unit) }} to {{ figure('savings.backtest/' ~ missed[0].case_id ~ '/' ~ missed[0].output ~ '/predicted_p90')|in_unit(missed[0].unit) }}{% endif %}.
-- cautions: backtest_is_four_cases
SELECT
    b.case_id,
    b.output,
    b.label,
    CASE b.output WHEN 'cost_gbp_m' THEN '£m' WHEN 'cost_per_exit_gbp' THEN '£ an exit' ELSE 'share' END AS unit,
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
