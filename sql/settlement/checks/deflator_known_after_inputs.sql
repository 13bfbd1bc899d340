-- table: settlement.deflator
-- identity: M5
-- severity: error
-- title: No index is known before its vintage, its document, or the rate it is carried forward at.
-- remedy: Cite a document that was there on the day of the vintage, or correct the day of either.
WITH carried AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('deflator_extension_pct', 'appraisal_horizon_years')
),

dated AS (
    SELECT
        d.vintage_id,
        d.fy,
        CASE
            WHEN d.status = 'extended' THEN greatest(v.known_from, s.known_from, c.known_from)
            ELSE greatest(v.known_from, s.known_from)
        END AS known_from,
        d.known_from AS actual_known_from
    FROM settlement.deflator AS d
    INNER JOIN evidence.vintage AS v ON v.vintage_id = d.vintage_id
    INNER JOIN evidence.source AS s ON s.source_id = d.source_id
    CROSS JOIN carried AS c
)

SELECT
    d.vintage_id,
    d.fy,
    d.known_from AS expected_not_before,
    d.actual_known_from
FROM dated AS d
WHERE d.actual_known_from < d.known_from
