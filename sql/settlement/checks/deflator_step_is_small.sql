-- table: settlement.deflator
-- severity: error
-- title: The index neither doubles nor halves from one year to the next.
-- remedy: Look for a misplaced digit in the index of either year; the last year that agrees with its growth is right.
WITH dated AS (
    SELECT
        d.vintage_id,
        d.fy,
        d.index_value,
        CAST(split_part(d.fy, '-', 1) AS BIGINT) AS start_year
    FROM settlement.deflator AS d
)

SELECT
    d.vintage_id,
    d.fy,
    d.index_value AS actual_index,
    n.fy AS neighbour_fy,
    n.index_value AS neighbour_index
FROM dated AS d
INNER JOIN dated AS n
    ON n.vintage_id = d.vintage_id AND abs(n.start_year - d.start_year) = 1
WHERE d.index_value > 2 * n.index_value OR 2 * d.index_value < n.index_value
