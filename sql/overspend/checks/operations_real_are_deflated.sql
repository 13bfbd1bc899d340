-- table: overspend.operations_bought
-- identity: R6
-- severity: error
-- title: Operations in real terms are those in cash times the index of the base year over the year's; no net exceeds gross.
-- remedy: The deflator, the cash columns or the real ones were changed alone; work the row out again.
WITH latest_deflator AS (
    SELECT DISTINCT d.vintage_id
    FROM settlement.deflator AS d
    WHERE
        d.status <> 'extended'
        AND d.known_from = (SELECT max(l.known_from) FROM settlement.deflator AS l WHERE l.status <> 'extended')
),

expected AS (
    SELECT
        o.case_id,
        o.ratio_id,
        o.profile_id,
        o.fy,
        o.operations_gross * base.index_value / nullif(d.index_value, 0) AS gross_real,
        o.operations_net * base.index_value / nullif(d.index_value, 0) AS net_real,
        o.operations_gross_real,
        o.operations_net_real,
        o.operations_gross,
        o.operations_net_of_exit_cost,
        o.operations_net
    FROM overspend.operations_bought AS o
    CROSS JOIN latest_deflator AS l
    LEFT JOIN settlement.deflator AS d ON d.vintage_id = l.vintage_id AND d.fy = o.fy
    LEFT JOIN settlement.deflator AS base ON base.vintage_id = l.vintage_id AND base.fy = o.real_base_fy
)

SELECT
    e.case_id,
    e.ratio_id,
    e.profile_id,
    e.fy,
    e.gross_real AS expected_gross_real,
    e.operations_gross_real AS actual_gross_real,
    e.net_real AS expected_net_real,
    e.operations_net_real AS actual_net_real
FROM expected AS e
WHERE
    e.gross_real IS NULL
    OR abs(e.operations_gross_real - e.gross_real) > 1e-6 * greatest(1, abs(e.gross_real))
    OR abs(e.operations_net_real - e.net_real) > 1e-6 * greatest(1, abs(e.net_real))
    OR e.operations_net_of_exit_cost > e.operations_gross
    OR e.operations_net > e.operations_gross
    OR e.operations_net_real > e.operations_gross_real
