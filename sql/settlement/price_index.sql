-- What turns money of one year into the prices of another, by each deflator.
SELECT
    d.vintage_id,
    d.fy,
    base.fy AS base_fy,
    d.index_value,
    base.index_value AS base_index_value,
    base.index_value / nullif(d.index_value, 0) AS factor,
    d.known_from = max(d.known_from) OVER () AS is_latest
FROM settlement.deflator AS d
INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id
