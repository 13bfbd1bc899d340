-- table: workforce.cell
-- identity: P1
-- severity: error
-- title: No count or mean from a staff list covers few people or is exact, in raw.staff_list or in the cells.
-- remedy: Count staff lists only through nhs_assets/model/staff_list.py.
WITH rule AS (
    SELECT
        CAST(max(CASE WHEN p.parameter_id = 'suppression_threshold_people' THEN p.value END) AS BIGINT) AS threshold,
        CAST(max(CASE WHEN p.parameter_id = 'rounding_base_people' THEN p.value END) AS BIGINT) AS base
    FROM evidence.parameter_value AS p
    WHERE p.is_current
),

counted AS (
    SELECT
        c.ods_code,
        c.grade,
        c.service_band,
        c.posts AS people,
        c.mean_full_time_pay_gbp AS pay_gbp,
        c.mean_service_years,
        c.contracted_share
    FROM workforce.cell AS c
    WHERE c.origin_kind = 'measured'
    UNION ALL
    SELECT
        l.ods_code,
        l.grade,
        l.service_band,
        CAST(l.staff_rounded AS DOUBLE) AS people,
        l.mean_full_time_pay_gbp AS pay_gbp,
        l.mean_service_years,
        l.contracted_share
    FROM raw.staff_list AS l
)

SELECT
    c.ods_code,
    c.grade,
    c.service_band,
    c.people,
    c.pay_gbp,
    c.mean_service_years,
    c.contracted_share
FROM counted AS c
CROSS JOIN rule AS r
WHERE
    r.threshold IS NULL
    OR r.base IS NULL
    OR c.people <= r.threshold
    OR floor(c.people / nullif(r.base, 0)) * r.base <> c.people
    OR floor(c.pay_gbp / 100) * 100 <> c.pay_gbp
    OR abs(c.mean_service_years - round(c.mean_service_years, 1)) > 1e-6
    OR abs(c.contracted_share - round(c.contracted_share, 2)) > 1e-6
