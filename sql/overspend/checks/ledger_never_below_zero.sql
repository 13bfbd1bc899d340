-- table: overspend.ledger
-- identity: O2
-- severity: error
-- title: No more is taken back than has been drawn.
-- remedy: The profile takes back before the money is drawn; move its shares to later years.
SELECT
    l.interpretation,
    l.profile_id,
    l.fy,
    0 AS expected_closing_at_least_gbp_m,
    l.closing_gbp_m AS actual_closing_gbp_m
FROM overspend.ledger AS l
WHERE l.price_basis = 'cash' AND l.closing_gbp_m < 0
