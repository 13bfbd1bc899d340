-- table: settlement.plan
-- identity: S2
-- severity: error
-- title: Resource equals NHS England plus other wherever both are planned, and NHS England is no more than the whole.
-- remedy: Compare the resource limits of the vintage with the publisher's table.
SELECT
    resource.vintage_id,
    resource.fy,
    resource.amount_gbp_m AS expected_resource_gbp_m,
    england.amount_gbp_m AS nhs_england_gbp_m,
    other.amount_gbp_m AS other_gbp_m,
    england.amount_gbp_m + other.amount_gbp_m AS actual_resource_gbp_m
FROM settlement.plan AS resource
INNER JOIN settlement.plan AS england
    ON
        england.vintage_id = resource.vintage_id
        AND england.fy = resource.fy
        AND england.line_id = 'nhse_rdel'
LEFT JOIN settlement.plan AS other
    ON
        other.vintage_id = resource.vintage_id
        AND other.fy = resource.fy
        AND other.line_id = 'other_rdel'
WHERE
    resource.line_id = 'dhsc_rdel'
    AND (
        other.amount_gbp_m IS NULL
        OR other.amount_gbp_m < 0
        OR england.amount_gbp_m + other.amount_gbp_m <> resource.amount_gbp_m
    )
