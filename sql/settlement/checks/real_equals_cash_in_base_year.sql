-- table: settlement.real_terms
-- identity: S3
-- severity: error
-- title: Real money is cash times the index of the base year over that of the year; in the base year they are equal.
-- remedy: The deflator joined to the plan is not that of the row's vintage and years; correct the real terms table.
SELECT
    r.plan_vintage_id,
    r.deflator_vintage_id,
    r.line_id,
    r.fy,
    r.base_fy,
    CAST(r.cash_gbp_m AS DOUBLE) * base.index_value / nullif(d.index_value, 0) AS expected_real_gbp_m,
    r.real_gbp_m AS actual_real_gbp_m
FROM settlement.real_terms AS r
INNER JOIN settlement.plan AS p
    ON
        p.vintage_id = r.plan_vintage_id
        AND p.fy = r.fy
        AND p.line_id = r.line_id
LEFT JOIN settlement.deflator AS d
    ON d.vintage_id = r.deflator_vintage_id AND d.fy = r.fy
LEFT JOIN settlement.deflator AS base
    ON base.vintage_id = r.deflator_vintage_id AND base.fy = r.base_fy
WHERE
    d.index_value IS NULL
    OR base.index_value IS NULL
    OR r.cash_gbp_m <> p.amount_gbp_m
    OR (r.fy = r.base_fy AND abs(r.real_gbp_m - CAST(r.cash_gbp_m AS DOUBLE)) > 1e-6)
    OR abs(r.real_gbp_m * d.index_value - CAST(r.cash_gbp_m AS DOUBLE) * base.index_value)
    > 1e-6 * (1 + r.real_gbp_m * d.index_value)
