-- table: savings.unit_cost
-- severity: error
-- title: The cost of one exit is severance, strain above it, notice and National Insurance on both together.
-- remedy: A part was added or changed without the total; add the parts up again.
SELECT
    u.scenario_id,
    u.fy,
    u.body,
    u.severance_gbp + u.strain_above_entitlement_gbp + u.pay_in_lieu_of_notice_gbp + u.notice_nic_gbp
    + u.class_1a_nic_gbp AS expected_gbp,
    u.exit_cost_gbp AS actual_gbp
FROM savings.unit_cost AS u
WHERE
    u.exit_cost_gbp
    <> u.severance_gbp + u.strain_above_entitlement_gbp + u.pay_in_lieu_of_notice_gbp + u.notice_nic_gbp
    + u.class_1a_nic_gbp
