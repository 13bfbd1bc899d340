-- table: overspend.recoup_profile
-- identity: O6
-- severity: error
-- title: The shares of a profile add up to one; where it may leave a balance, to no more than one.
-- remedy: Correct the shares in the seed of profiles, or move those that fall in years outside the settlement.
WITH summed AS (
    SELECT
        r.interpretation,
        r.profile_id,
        r.leaves_balance,
        sum(r.share) AS shares
    FROM overspend.recoup_profile AS r
    GROUP BY r.interpretation, r.profile_id, r.leaves_balance
)

SELECT
    s.interpretation,
    s.profile_id,
    s.leaves_balance,
    1 AS expected_shares,
    s.shares AS actual_shares
FROM summed AS s
WHERE s.shares > 1 + 1e-6 OR (NOT s.leaves_balance AND s.shares < 1 - 1e-6)
