-- table: overspend.operations_bought
-- identity: R6
-- severity: error
-- title: Operations are money over the unit cost of the reported ratio, and recoup adds none.
-- remedy: The ratio, the saving or the amount taken back was changed alone; work the row out again.
WITH ratio AS (
    SELECT
        p.value,
        p.low
    FROM evidence.parameter_value AS p
    WHERE p.parameter_id = 'operations_per_gbp_1000m' AND p.is_current
),

expected AS (
    SELECT
        o.case_id,
        o.ratio_id,
        o.profile_id,
        o.fy,
        CASE WHEN o.ratio_id = 'later_answer' THEN r.low ELSE r.value END / 1000 AS operations_per_gbp_m,
        CAST(o.saving_gbp_m AS DOUBLE) AS saving_gbp_m,
        CAST(o.exit_cost_gbp_m AS DOUBLE) AS exit_cost_gbp_m,
        CAST(o.recouped_gbp_m AS DOUBLE) AS recouped_gbp_m,
        o.unit_cost_gbp,
        o.operations_gross,
        o.operations_net_of_exit_cost,
        o.operations_net_of_recoup,
        o.operations_net
    FROM overspend.operations_bought AS o
    LEFT JOIN ratio AS r ON TRUE
)

SELECT
    e.case_id,
    e.ratio_id,
    e.profile_id,
    e.fy,
    e.saving_gbp_m * e.operations_per_gbp_m AS expected_gross,
    e.operations_gross AS actual_gross,
    (e.saving_gbp_m - e.recouped_gbp_m) * e.operations_per_gbp_m AS expected_net_of_recoup,
    e.operations_net_of_recoup AS actual_net_of_recoup,
    (e.saving_gbp_m - e.exit_cost_gbp_m - e.recouped_gbp_m) * e.operations_per_gbp_m AS expected_net,
    e.operations_net AS actual_net
FROM expected AS e
WHERE
    e.operations_per_gbp_m IS NULL
    OR abs(e.unit_cost_gbp * e.operations_per_gbp_m / 1000000 - 1) > 1e-6
    OR abs(e.operations_gross - e.saving_gbp_m * e.operations_per_gbp_m) > 1e-6
    OR abs(
        e.operations_net_of_exit_cost - (e.saving_gbp_m - e.exit_cost_gbp_m) * e.operations_per_gbp_m
    ) > 1e-6
    OR abs(e.operations_net_of_recoup - (e.saving_gbp_m - e.recouped_gbp_m) * e.operations_per_gbp_m) > 1e-6
    OR abs(
        e.operations_net - (e.saving_gbp_m - e.exit_cost_gbp_m - e.recouped_gbp_m) * e.operations_per_gbp_m
    ) > 1e-6
    OR (e.recouped_gbp_m >= 0 AND e.operations_net_of_recoup > e.operations_gross)
