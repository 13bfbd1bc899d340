-- table: settlement.plan_change
-- severity: error
-- title: Every re-profile that a source states lies within the plausible range of money moved between years.
-- remedy: Look for a misplaced zero or a wrong unit in the plan change reasons.
SELECT
    r.reason_id,
    r.vintage_from,
    r.vintage_to,
    m.plausible_low AS expected_low_gbp_m,
    m.plausible_high AS expected_high_gbp_m,
    r.amount_gbp_m AS actual_gbp_m
FROM raw.plan_change_reason AS r
LEFT JOIN evidence.measure AS m ON m.measure_id = 'reprofiled_amount'
WHERE
    r.reason = 'reprofile'
    AND (
        m.measure_id IS NULL
        OR r.amount_gbp_m < m.plausible_low
        OR r.amount_gbp_m > m.plausible_high
    )
