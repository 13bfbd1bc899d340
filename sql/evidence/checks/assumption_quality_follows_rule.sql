-- table: evidence.assumption
-- severity: error
-- title: The quality of an assumption follows from its confidence and the grade of its source, and from nothing else.
-- remedy: Change the confidence of the assumption or the grade of its source, never the quality itself.
WITH graded AS (
    SELECT
        a.assumption_id,
        a.confidence,
        s.evidence_grade AS source_grade,
        a.evidence_grade,
        a.quality,
        a.confidence LIKE 'F%' AND s.evidence_grade <= 'B' AS is_well_founded,
        a.confidence = 'E' AND s.evidence_grade >= 'D' AS is_judgement
    FROM evidence.assumption AS a
    LEFT JOIN evidence.source AS s ON s.source_id = a.source_id
)

SELECT
    g.assumption_id,
    g.confidence,
    g.source_grade AS expected_grade,
    g.evidence_grade AS actual_grade,
    g.quality AS actual_quality
FROM graded AS g
WHERE
    g.source_grade IS NULL
    OR g.source_grade <> g.evidence_grade
    OR (g.quality = 'green') <> g.is_well_founded
    OR (g.quality = 'red') <> g.is_judgement
