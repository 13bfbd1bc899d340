-- table: audit.conclusion
-- severity: error
-- title: No conclusion is the middle of a range: of two others of the same conclusion it is not the mean.
-- remedy: Drop the figure in sql/conclusions; the ends of a stated range are all that is stated.
SELECT
    m.conclusion_id,
    m.figure,
    m.concluded_value AS actual_value,
    low.figure AS low_figure,
    low.concluded_value AS low_value,
    high.figure AS high_figure,
    high.concluded_value AS high_value
FROM audit.conclusion AS m
INNER JOIN audit.conclusion AS low
    ON low.conclusion_id = m.conclusion_id AND low.concluded_value < m.concluded_value
INNER JOIN audit.conclusion AS high
    ON high.conclusion_id = m.conclusion_id AND high.concluded_value > m.concluded_value
WHERE abs(m.concluded_value - (low.concluded_value + high.concluded_value) / 2) < 1e-6
