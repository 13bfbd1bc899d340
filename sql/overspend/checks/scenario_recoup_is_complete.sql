-- table: overspend.scenario_recoup
-- severity: error
-- title: Every scenario has its way of taking back in every year of the account.
-- remedy: The scenario chooses a way of taking back that there is not; correct its file.
SELECT
    s.scenario_id,
    s.recoup_profile_id,
    l.interpretation,
    l.fy
FROM evidence.scenario AS s
CROSS JOIN overspend.ledger AS l
LEFT JOIN overspend.scenario_recoup AS r
    ON r.scenario_id = s.scenario_id AND r.interpretation = l.interpretation AND r.fy = l.fy
WHERE l.price_basis = 'cash' AND r.scenario_id IS NULL
