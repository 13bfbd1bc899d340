-- table: savings.sensitivity
-- severity: warn
-- title: Each assumption's share of the variance lies between zero and one, and is no less with others than alone.
-- remedy: Take more samples (sensitivity_samples), or look for a draw that is not a number.
SELECT
    s.scenario_id,
    s.output,
    s.group_id,
    s.first_index,
    s.first_index_half_width,
    s.total_index,
    s.total_index_half_width
FROM savings.sensitivity AS s
WHERE
    s.total_index < -s.total_index_half_width
    OR s.total_index > 1 + s.total_index_half_width
    OR s.first_index - s.first_index_half_width > s.total_index + s.total_index_half_width
