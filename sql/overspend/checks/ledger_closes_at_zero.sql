-- table: overspend.ledger
-- identity: O3
-- severity: error
-- title: In cash the advance is back at zero after the last year, except where the profile may leave a balance.
-- remedy: The shares of the profile do not sum to one, or fall in years outside the settlement.
WITH ended AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.fy,
        l.closing_gbp_m,
        max(l.fy) OVER (PARTITION BY l.interpretation, l.profile_id) AS last_fy
    FROM overspend.ledger AS l
    WHERE l.price_basis = 'cash'
)

SELECT
    e.interpretation,
    e.profile_id,
    e.fy,
    0 AS expected_closing_gbp_m,
    e.closing_gbp_m AS actual_closing_gbp_m
FROM ended AS e
LEFT JOIN overspend.recoup_profile AS r
    ON r.interpretation = e.interpretation AND r.profile_id = e.profile_id AND r.fy = e.fy
WHERE e.fy = e.last_fy AND e.closing_gbp_m <> 0 AND NOT coalesce(r.leaves_balance, FALSE)
