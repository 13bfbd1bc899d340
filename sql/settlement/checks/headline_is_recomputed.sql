-- table: settlement.headline_check
-- identity: S8
-- severity: error
-- title: Every published headline is recomputed: its plans, deflator and measure are held.
-- remedy: Name a plan vintage and year that hold the line, a deflator that holds the years, and a measure of the seed.
SELECT
    h.headline_id,
    h.method,
    h.line_id,
    h.from_vintage_id AS expected_from_vintage_id,
    first_plan.vintage_id AS actual_from_vintage_id,
    h.to_vintage_id AS expected_to_vintage_id,
    last_plan.vintage_id AS actual_to_vintage_id,
    h.measure_id AS expected_measure_id,
    m.measure_id AS actual_measure_id
FROM raw.published_headline AS h
LEFT JOIN settlement.headline_check AS e ON e.headline_id = h.headline_id
LEFT JOIN evidence.measure AS m ON m.measure_id = h.measure_id
LEFT JOIN settlement.plan AS first_plan
    ON
        first_plan.vintage_id = h.from_vintage_id
        AND first_plan.fy = h.from_fy
        AND first_plan.line_id = h.line_id
LEFT JOIN settlement.plan AS last_plan
    ON
        last_plan.vintage_id = h.to_vintage_id
        AND last_plan.fy = h.to_fy
        AND last_plan.line_id = h.line_id
WHERE e.headline_id IS NULL
