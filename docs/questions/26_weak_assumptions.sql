-- question: Which assumptions are weak and important?
-- how to read: Quality red means a judgement with no document of grade A to C behind it. Impact says how much the results move with an assumption; it is empty until the sensitivity of the model is worked out, so until then this lists what is weak and does not yet say what is important. Assumptions with the widest range for their value stand first, those without a number last.
SELECT
    a.assumption_id,
    a.quality,
    a.impact,
    a.statement,
    a.value,
    a.low,
    a.high,
    a.unit,
    round(100 * (a.high - a.low) / nullif(abs(a.value), 0), 0) AS range_pct_of_value,
    a.confidence,
    a.evidence_grade,
    a.owner,
    a.review_by
FROM evidence.assumption AS a
WHERE a.quality = 'red'
ORDER BY
    CASE a.impact WHEN 'red' THEN 0 WHEN 'amber' THEN 1 WHEN 'green' THEN 2 ELSE 1 END,
    a.value IS NULL,
    a.high > a.low AND coalesce(a.value, 0) = 0 DESC,
    range_pct_of_value DESC NULLS LAST,
    a.assumption_id
