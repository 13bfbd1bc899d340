-- table: settlement.plan
-- identity: S1
-- severity: error
-- title: A published total equals resource plus capital, within half of what each was rounded to.
-- remedy: Compare the three figures with the publisher's table; a misplaced digit shows here first.
SELECT
    total.vintage_id,
    total.fy,
    resource.amount_gbp_m AS resource_gbp_m,
    capital.amount_gbp_m AS capital_gbp_m,
    resource.amount_gbp_m + capital.amount_gbp_m AS expected_total_gbp_m,
    total.amount_gbp_m AS actual_total_gbp_m,
    (total.rounding_gbp_m + resource.rounding_gbp_m + capital.rounding_gbp_m) / 2 AS allowed_difference_gbp_m
FROM settlement.plan AS total
INNER JOIN settlement.plan AS resource
    ON
        resource.vintage_id = total.vintage_id
        AND resource.fy = total.fy
        AND resource.line_id = 'dhsc_rdel'
INNER JOIN settlement.plan AS capital
    ON
        capital.vintage_id = total.vintage_id
        AND capital.fy = total.fy
        AND capital.line_id = 'dhsc_cdel'
WHERE
    total.line_id = 'dhsc_tdel'
    AND abs(total.amount_gbp_m - resource.amount_gbp_m - capital.amount_gbp_m)
    > (total.rounding_gbp_m + resource.rounding_gbp_m + capital.rounding_gbp_m) / 2
