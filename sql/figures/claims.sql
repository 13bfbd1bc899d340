-- caption: Claims that an official figure contradicts, each with both values
-- reading: {{ rows|length }} claims differ from what an official document states or makes of them; widest apart is “{{ rows[0].claim }}” ({{ rows[0].claim_id }}), {% if rows[0].is_turned %}{{ figure('evidence.contradiction/' ~ rows[0].reference_id ~ '/' ~ rows[0].claim_id ~ '/' ~ rows[0].conflict_type ~ '/computed_value')|in_unit(rows[0].unit) }} against {{ figure('evidence.contradiction/' ~ rows[0].reference_id ~ '/' ~ rows[0].claim_id ~ '/' ~ rows[0].conflict_type ~ '/stated_value')|in_unit(rows[0].unit) }}{% else %}{{ figure('evidence.contradiction/' ~ rows[0].claim_id ~ '/' ~ rows[0].reference_id ~ '/' ~ rows[0].conflict_type ~ '/stated_value')|in_unit(rows[0].unit) }} against {{ figure('evidence.contradiction/' ~ rows[0].claim_id ~ '/' ~ rows[0].reference_id ~ '/' ~ rows[0].conflict_type ~ '/computed_value')|in_unit(rows[0].unit) }}{% endif %}.
-- cautions: cost_is_not_severance_alone, posts_are_an_upper_bound
WITH pair AS (
    SELECT
        c.*,
        m.label AS measure,
        a.summary AS summary_a,
        a.claim_grade AS grade_a,
        b.summary AS summary_b,
        b.claim_grade AS grade_b,
        a.claim_grade < b.claim_grade AS is_turned
    FROM evidence.contradiction AS c
    INNER JOIN evidence.claim AS a ON a.claim_id = c.claim_a
    INNER JOIN evidence.claim AS b ON b.claim_id = c.claim_b
    INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
    WHERE
        c.nature = 'conflict'
        AND c.stated_value <> 0
        AND c.computed_value <> 0
        AND c.unit IN ('£m', '£m a year', 'posts', 'heads', '%')
),

-- The claim of the worse grade is held against the other, whichever of the two the rule began with.
directed AS (
    SELECT
        p.measure,
        CASE WHEN p.is_turned THEN p.claim_b ELSE p.claim_a END AS claim_id,
        CASE WHEN p.is_turned THEN p.summary_b ELSE p.summary_a END AS claim,
        CASE WHEN p.is_turned THEN p.grade_b ELSE p.grade_a END AS claim_grade,
        CASE WHEN p.is_turned THEN p.computed_value ELSE p.stated_value END AS claim_value,
        CASE WHEN p.is_turned THEN p.claim_a ELSE p.claim_b END AS reference_id,
        CASE WHEN p.is_turned THEN p.summary_a ELSE p.summary_b END AS reference,
        CASE WHEN p.is_turned THEN p.grade_a ELSE p.grade_b END AS reference_grade,
        CASE WHEN p.is_turned THEN p.stated_value ELSE p.computed_value END AS reference_value,
        p.unit,
        p.conflict_type,
        p.is_turned
    FROM pair AS p
),

-- Several documents may repeat one conflict.
first_of_each AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.measure, d.claim_value, d.reference_value ORDER BY d.reference_grade, d.claim_id, d.reference_id
        ) AS place
    FROM directed AS d
)

SELECT
    f.measure,
    f.claim_id,
    f.claim,
    f.claim_grade,
    f.claim_value,
    f.reference_id,
    f.reference,
    f.reference_grade,
    f.reference_value,
    f.claim_value / nullif(f.reference_value, 0) * 100 AS claim_over_reference_pct,
    f.unit,
    f.conflict_type,
    f.is_turned
FROM first_of_each AS f
WHERE f.place = 1 AND f.reference_grade IN ('A', 'B')
ORDER BY abs(ln(f.claim_value / nullif(f.reference_value, 0))) DESC, f.claim_id, f.reference_id
