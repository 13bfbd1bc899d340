-- table: savings.unit_cost
-- severity: error
-- title: Each part of the cost of an exit is the mean over the body's leavers, whose shares add up to one.
-- remedy: A grade or length of service was left out or counted twice; work the means out from savings.exit_point again.
WITH mean AS (
    SELECT
        e.scenario_id,
        e.fy,
        e.body,
        sum(e.leavers_share) AS leavers,
        sum(e.leavers_share * CAST(e.severance_gbp AS DOUBLE)) AS severance_gbp,
        sum(e.leavers_share * CAST(e.pay_in_lieu_of_notice_gbp AS DOUBLE)) AS notice_gbp,
        sum(e.leavers_share * CAST(e.notice_nic_gbp AS DOUBLE)) AS notice_nic_gbp,
        sum(e.leavers_share * CAST(e.class_1a_nic_gbp AS DOUBLE)) AS class_1a_gbp,
        sum(e.leavers_share * e.complete_years) AS service_years
    FROM savings.exit_point AS e
    GROUP BY e.scenario_id, e.fy, e.body
)

SELECT
    u.scenario_id,
    u.fy,
    u.body,
    m.leavers AS actual_leavers_share,
    m.severance_gbp AS expected_severance_gbp,
    u.severance_gbp AS actual_severance_gbp,
    m.notice_gbp AS expected_notice_gbp,
    u.pay_in_lieu_of_notice_gbp AS actual_notice_gbp,
    m.notice_nic_gbp AS expected_notice_nic_gbp,
    u.notice_nic_gbp AS actual_notice_nic_gbp,
    m.class_1a_gbp AS expected_class_1a_gbp,
    u.class_1a_nic_gbp AS actual_class_1a_gbp
FROM savings.unit_cost AS u
LEFT JOIN mean AS m ON m.scenario_id = u.scenario_id AND m.fy = u.fy AND m.body = u.body
-- A mean is rounded to the penny.
WHERE
    m.leavers IS NULL
    OR abs(m.leavers - 1) > 1e-6
    OR abs(m.severance_gbp - CAST(u.severance_gbp AS DOUBLE)) * 100 > 1
    OR abs(m.notice_gbp - CAST(u.pay_in_lieu_of_notice_gbp AS DOUBLE)) * 100 > 1
    OR abs(m.notice_nic_gbp - CAST(u.notice_nic_gbp AS DOUBLE)) * 100 > 1
    OR abs(m.class_1a_gbp - CAST(u.class_1a_nic_gbp AS DOUBLE)) * 100 > 1
    OR abs(m.service_years - u.mean_service_years) > 1e-6
