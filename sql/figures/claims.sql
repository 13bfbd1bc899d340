-- caption: Claims that conflict with a claim of another document, each with both values
-- reading: {{ rows|length }} pairs of claims conflict in value; the widest apart is “{{ rows[0].claim }}”, {{ figure('evidence.contradiction/' ~ rows[0].claim_a ~ '/' ~ rows[0].claim_b ~ '/' ~ rows[0].conflict_type ~ '/stated_value')|in_unit(rows[0].unit) }} against {{ figure('evidence.contradiction/' ~ rows[0].claim_a ~ '/' ~ rows[0].claim_b ~ '/' ~ rows[0].conflict_type ~ '/computed_value')|in_unit(rows[0].unit) }}.
-- cautions: cost_is_not_severance_alone, posts_are_an_upper_bound
SELECT
    c.claim_a,
    a.summary AS claim,
    a.claim_grade AS grade,
    c.claim_b,
    b.summary AS held_against,
    b.claim_grade AS held_against_grade,
    m.label AS measure,
    c.conflict_type,
    c.stated_value,
    c.computed_value,
    c.computed_value / nullif(c.stated_value, 0) * 100 AS computed_over_stated_pct,
    c.unit
FROM evidence.contradiction AS c
INNER JOIN evidence.claim AS a ON a.claim_id = c.claim_a
INNER JOIN evidence.claim AS b ON b.claim_id = c.claim_b
INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
WHERE
    c.nature = 'conflict'
    AND c.stated_value <> 0
    AND c.computed_value <> 0
    AND c.unit IN ('£m', '£m a year', 'posts', 'heads', '%')
ORDER BY abs(ln(c.computed_value / nullif(c.stated_value, 0))) DESC, c.claim_a, c.claim_b
