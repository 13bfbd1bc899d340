WITH threshold AS (
    SELECT
        max(CASE WHEN p.parameter_id = 'impact_high_index_pct' THEN p.value END) / 100 AS high_index,
        max(CASE WHEN p.parameter_id = 'impact_low_index_pct' THEN p.value END) / 100 AS low_index
    FROM evidence.parameter_value AS p
    WHERE p.is_current
),

judged AS (
    SELECT
        u.parameter_id,
        u.group_id,
        max(CASE WHEN s.output = 'npv' THEN s.total_index END) AS npv_total_index,
        max(CASE WHEN s.output = 'payback' THEN s.total_index END) AS payback_total_index,
        max(s.total_index) AS total_index
    FROM savings.uncertain_parameter AS u
    INNER JOIN savings.sensitivity AS s ON s.group_id = u.group_id
    GROUP BY u.parameter_id, u.group_id
)

SELECT
    a.assumption_id,
    a.parameter_id,
    j.group_id,
    a.quality,
    CASE
        WHEN j.total_index >= t.high_index THEN 'red'
        WHEN j.total_index < t.low_index THEN 'green'
        WHEN j.total_index IS NOT NULL THEN 'amber'
    END AS impact,
    j.npv_total_index,
    j.payback_total_index
FROM evidence.assumption AS a
CROSS JOIN threshold AS t
-- Only the latest value of a parameter is drawn; earlier values have no index.
LEFT JOIN evidence.parameter_value AS v
    ON v.parameter_id = a.parameter_id AND v.valid_from = a.valid_from AND v.is_current
LEFT JOIN judged AS j ON j.parameter_id = v.parameter_id
