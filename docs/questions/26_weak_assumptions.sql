-- question: Which assumptions are weak and important?
-- answer: {% set important = where(impact='red') %}{% set groups = important|map(attribute='judged_with')|unique|list %}
-- answer: {{ important|count }} of {{ rows|count }} assumptions without a document behind them are important
-- answer: {%- if important %}: those on {{ groups|map('replace', '_', ' ')|several }}; {{ rows[0].judged_with|replace('_', ' ') }} alone answer for {{ rows[0].payback_share_pct|percent }} of the spread of payback{% endif %} (as known on {{ rows[0].known_by|day }}).
-- no rows: Not known of a past day: this rests on draws, and those are made for today alone.
-- how to read: Quality red means a judgement with no document of grade A to C behind it. Impact red means that it answers for a tenth or more of the spread of payback or of net present value, amber for a hundredth or more; empty means that it is not drawn, so its part in the spread is not known. What is known of those who leave is judged as one, so all of it has the same impact. Important ones stand first; npv_share_pct and payback_share_pct are the shares with what it does together with others.
SELECT
    a.assumption_id,
    a.quality,
    i.impact,
    i.group_id AS judged_with,
    round(100 * i.npv_total_index, 1) AS npv_share_pct,
    round(100 * i.payback_total_index, 1) AS payback_share_pct,
    a.statement,
    a.value,
    a.low,
    a.high,
    a.unit,
    round(100 * (a.high - a.low) / nullif(abs(a.value), 0), 0) AS range_pct_of_value,
    a.confidence,
    a.evidence_grade,
    a.owner,
    a.review_by,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM evidence.assumption AS a
INNER JOIN savings.assumption_impact AS i ON i.assumption_id = a.assumption_id
WHERE a.quality = 'red'
ORDER BY
    CASE i.impact WHEN 'red' THEN 0 WHEN 'amber' THEN 1 WHEN 'green' THEN 2 ELSE 12 END,
    greatest(coalesce(i.npv_total_index, 0), coalesce(i.payback_total_index, 0)) DESC,
    a.value IS NULL,
    a.high > a.low AND coalesce(a.value, 0) = 0 DESC,
    range_pct_of_value DESC NULLS LAST,
    a.assumption_id
