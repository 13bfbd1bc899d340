-- table: settlement.plan
-- identity: S7
-- severity: error
-- title: Every published limit reaches the table once, unchanged, with the day its vintage became known.
-- remedy: Add the vintage to the vintage seed or to the origin file in its folder, or take out the second row for the same vintage, year and line.
WITH landed AS (
    SELECT
        p.vintage_id,
        p.fy,
        p.line_id,
        count(*) AS landed_rows,
        min(p.amount_gbp_m) AS amount_gbp_m,
        min(p.known_from) AS known_from
    FROM settlement.plan AS p
    WHERE p.status <> 'derived'
    GROUP BY p.vintage_id, p.fy, p.line_id
)

SELECT
    r.vintage_id,
    r.fy,
    r.line_id,
    r.amount_gbp_m AS expected_gbp_m,
    l.amount_gbp_m AS actual_gbp_m,
    l.landed_rows AS actual_rows,
    v.known_from AS expected_known_from,
    l.known_from AS actual_known_from
FROM raw.settlement_plan AS r
LEFT JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
LEFT JOIN landed AS l ON l.vintage_id = r.vintage_id AND l.fy = r.fy AND l.line_id = r.line_id
WHERE
    v.vintage_id IS NULL
    OR l.vintage_id IS NULL
    OR l.landed_rows <> 1
    OR l.amount_gbp_m <> r.amount_gbp_m
    OR l.known_from <> v.known_from
