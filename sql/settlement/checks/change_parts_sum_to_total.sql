-- table: settlement.plan_change
-- identity: S5
-- severity: error
-- title: The reasons of every change add up exactly to the later plan less the earlier one, with a remainder stated.
-- remedy: A part was added or dropped without its counterpart in the remainder; correct the change table.
WITH accounted AS (
    SELECT
        c.vintage_from,
        c.vintage_to,
        c.fy,
        c.line_id,
        sum(c.central_gbp_m) AS parts_gbp_m,
        min(c.total_change_gbp_m) AS lowest_total_gbp_m,
        max(c.total_change_gbp_m) AS highest_total_gbp_m,
        sum(CASE WHEN c.reason = 'unexplained' THEN 1 ELSE 0 END) AS remainders
    FROM settlement.plan_change AS c
    GROUP BY c.vintage_from, c.vintage_to, c.fy, c.line_id
)

SELECT
    a.vintage_from,
    a.vintage_to,
    a.fy,
    a.line_id,
    later.amount_gbp_m - earlier.amount_gbp_m AS expected_total_gbp_m,
    a.parts_gbp_m AS actual_parts_gbp_m,
    a.highest_total_gbp_m AS actual_total_gbp_m,
    CAST(a.remainders AS BIGINT) AS actual_remainders
FROM accounted AS a
LEFT JOIN settlement.plan AS earlier
    ON
        earlier.vintage_id = a.vintage_from
        AND earlier.fy = a.fy
        AND earlier.line_id = a.line_id
LEFT JOIN settlement.plan AS later
    ON
        later.vintage_id = a.vintage_to
        AND later.fy = a.fy
        AND later.line_id = a.line_id
WHERE
    earlier.vintage_id IS NULL
    OR later.vintage_id IS NULL
    OR a.parts_gbp_m <> later.amount_gbp_m - earlier.amount_gbp_m
    OR a.lowest_total_gbp_m <> a.highest_total_gbp_m
    OR a.highest_total_gbp_m <> a.parts_gbp_m
    OR a.remainders <> 1
