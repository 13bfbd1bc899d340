-- What turns money of one year into the prices of another, by each deflator.
WITH dated AS (
    SELECT
        d.*,
        -- The day of its vintage: years that are extended wait for the rate that extends them.
        min(d.known_from) OVER (PARTITION BY d.vintage_id) AS published_from
    FROM settlement.deflator AS d
)

SELECT
    d.vintage_id,
    d.fy,
    base.fy AS base_fy,
    d.index_value,
    base.index_value AS base_index_value,
    base.index_value / nullif(d.index_value, 0) AS factor,
    d.published_from = max(d.published_from) OVER () AS is_latest,
    greatest(d.known_from, base.known_from) AS known_from
FROM dated AS d
INNER JOIN settlement.deflator AS base ON base.vintage_id = d.vintage_id
