SELECT
    e.*,
    m.unit,
    count(*) OVER (PARTITION BY e.body, e.ods_code, e.measure_id)
    - count(*) OVER (PARTITION BY e.body, e.ods_code, e.measure_id, e.value_low, e.value_central, e.value_high) AS conflicts_with
FROM raw.staffing_estimate AS e
INNER JOIN evidence.measure AS m ON m.measure_id = e.measure_id
