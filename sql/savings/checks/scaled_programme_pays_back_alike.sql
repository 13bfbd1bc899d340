-- table: savings.appraisal_range
-- identity: R4
-- severity: error
-- title: A scenario that scales every exit alike and has no fixed cost pays back in the same month as central in every draw.
-- remedy: Something beside cost and saving moves payback, or draws are compared that differ in more than the scenario; see nhs_assets/model/ranges.py.
WITH scaled AS (
    SELECT o.scenario_id
    FROM evidence.scenario_override AS o
    GROUP BY o.scenario_id
    HAVING
        sum(
            CASE
                WHEN o.parameter_id IN ('paid_take_up', 'unpaid_take_up', 'fixed_programme_cost_gbp_m') THEN 0
                ELSE 1
            END
        ) = 0
        AND max(CASE WHEN o.parameter_id = 'paid_take_up' AND o.low = o.high THEN o.value END)
        = max(CASE WHEN o.parameter_id = 'unpaid_take_up' AND o.low = o.high THEN o.value END)
        AND max(CASE WHEN o.parameter_id = 'fixed_programme_cost_gbp_m' THEN o.high END) = 0
)

SELECT
    r.scenario_id,
    r.accounting_basis,
    r.measure,
    0 AS expected_difference_months,
    r.difference_from_central AS actual_difference_months
FROM savings.appraisal_range AS r
INNER JOIN scaled AS s ON s.scenario_id = r.scenario_id
INNER JOIN evidence.scenario AS own ON own.scenario_id = r.scenario_id
INNER JOIN evidence.scenario AS central ON central.scenario_id = 'central' AND central.ramp = own.ramp
INNER JOIN evidence.parameter_value AS fixed
    ON fixed.parameter_id = 'fixed_programme_cost_gbp_m' AND fixed.is_current AND fixed.value = 0
WHERE
    r.measure = 'payback_in_calendar'
    AND (r.difference_from_central IS NULL OR r.difference_from_central <> 0 OR NOT r.is_noise)
