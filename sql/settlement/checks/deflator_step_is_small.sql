-- table: settlement.deflator
-- severity: error
-- title: The index neither doubles nor halves from one year to the next.
-- remedy: Look for a misplaced digit in the index of either year; the last year that agrees with its growth is right.
SELECT
    d.vintage_id,
    d.fy,
    d.index_value AS actual_index,
    n.fy AS neighbour_fy,
    n.index_value AS neighbour_index
FROM settlement.deflator AS d
INNER JOIN settlement.financial_year AS y ON y.fy = d.fy
INNER JOIN settlement.deflator AS n ON n.vintage_id = d.vintage_id AND n.fy IN (y.previous_fy, y.next_fy)
WHERE d.index_value > 2 * n.index_value OR 2 * d.index_value < n.index_value
