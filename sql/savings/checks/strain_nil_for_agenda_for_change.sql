-- table: savings.exit_point
-- identity: X2
-- severity: error
-- title: For Agenda for Change staff no pension strain comes on top of severance: the payment meets it.
-- remedy: Remove the strain; counting it beside the payment counts the same money twice.
SELECT
    u.scenario_id,
    u.fy,
    u.body,
    u.grade,
    u.complete_years,
    0 AS expected_strain_gbp,
    u.strain_above_entitlement_gbp AS actual_strain_gbp
FROM savings.exit_point AS u
WHERE u.employer_terms = 'agenda_for_change' AND u.strain_above_entitlement_gbp <> 0
