-- table: savings.organisation_exposure
-- identity: P3
-- severity: error
-- title: Every organisation in the count of posts has its exposure, marked measured or imputed like its headcount.
-- remedy: Build savings.organisation_exposure again from workforce.baseline; no mark may be lost.
SELECT
    b.ods_code,
    b.headcount_kind AS expected_kind,
    e.headcount_kind AS actual_kind
FROM workforce.baseline AS b
LEFT JOIN savings.organisation_exposure AS e ON e.ods_code = b.ods_code
WHERE b.in_post_target AND (e.headcount_kind IS NULL OR e.headcount_kind <> b.headcount_kind)
UNION ALL
SELECT
    b.ods_code,
    CASE
        WHEN b.running_cost_allowance_gbp_m IS NOT NULL THEN 'stated'
        WHEN b.registered_population IS NOT NULL THEN 'imputed'
        ELSE 'not_stated'
    END AS expected_kind,
    e.running_cost_kind AS actual_kind
FROM workforce.baseline AS b
INNER JOIN savings.organisation_exposure AS e ON e.ods_code = b.ods_code
WHERE
    e.running_cost_kind <> CASE
        WHEN b.running_cost_allowance_gbp_m IS NOT NULL THEN 'stated'
        WHEN b.registered_population IS NOT NULL THEN 'imputed'
        ELSE 'not_stated'
    END
