-- table: savings.organisation_exposure
-- identity: P2
-- severity: error
-- title: Every published count is the exact count rounded to the nearest multiple of the base.
-- remedy: Publish counts only through nhs_assets/model/suppression.py.
WITH rule AS (
    SELECT p.value AS base
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'rounding_base_people' AND p.is_current
)

SELECT
    e.scenario_id,
    e.ods_code,
    b.headcount AS expected_near,
    e.staff_rounded AS actual_staff
FROM savings.organisation_exposure AS e
INNER JOIN workforce.baseline AS b ON b.ods_code = e.ods_code
LEFT JOIN rule AS r ON TRUE
WHERE
    r.base IS NULL
    -- The nearest whole person comes first, so half a person more than half the base is possible.
    OR abs(e.staff_rounded - b.headcount) > (r.base + 1) / 2
    OR floor(e.staff_rounded / nullif(r.base, 0)) * r.base <> e.staff_rounded
