-- table: overspend.neutrality
-- identity: O5
-- severity: error
-- title: Cash, real and present-value sums stand for every profile of every reading, whatever they come to.
-- remedy: A year has no deflator or the discount rate is missing; check both against the years of the ledger.
WITH test AS (
    SELECT 'cash' AS test
    UNION ALL
    SELECT 'real' AS test
    UNION ALL
    SELECT 'present_value' AS test
),

expected AS (
    SELECT DISTINCT
        r.interpretation,
        r.profile_id,
        t.test
    FROM overspend.recoup_profile AS r
    CROSS JOIN test AS t
)

SELECT
    e.interpretation,
    e.profile_id,
    e.test,
    n.drawn_gbp_m - n.recouped_gbp_m AS expected_sum_gbp_m,
    n.sum_gbp_m AS actual_sum_gbp_m,
    abs(n.sum_gbp_m) <= n.tolerance_gbp_m AS expected_passes,
    n.passes AS actual_passes
FROM expected AS e
LEFT JOIN overspend.neutrality AS n
    ON n.interpretation = e.interpretation AND n.profile_id = e.profile_id AND n.test = e.test
WHERE
    n.test IS NULL
    OR abs(n.sum_gbp_m - (n.drawn_gbp_m - n.recouped_gbp_m)) > 1e-6
    OR n.passes <> (abs(n.sum_gbp_m) <= n.tolerance_gbp_m)
