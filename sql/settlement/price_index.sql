-- What turns money of one year into the prices of another, by each deflator.
SELECT
    d.vintage_id,
    d.fy,
    base.fy AS base_fy,
    d.index_value,
    base.index_value AS base_index_value,
    base.index_value / nullif(d.index_value, 0) AS factor,
    v.known_from = max(v.known_from) OVER () AS is_latest,
    greatest(d.known_from, base.known_from) AS known_from
FROM settlement.deflator AS d
INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id
INNER JOIN evidence.vintage AS v ON v.vintage_id = d.vintage_id
