-- table: overspend.ledger
-- identity: O1
-- severity: error
-- title: In cash the ledger draws what the instrument draws, in every year and under every profile.
-- remedy: A profile lacks a year of the instrument; give every profile a share, if need be zero, for each year.
WITH expected AS (
    SELECT
        i.interpretation,
        p.profile_id,
        i.fy,
        greatest(i.delta_gbp_m, 0) AS drawn_gbp_m
    FROM overspend.instrument AS i
    INNER JOIN (
        SELECT DISTINCT r.interpretation, r.profile_id
        FROM overspend.recoup_profile AS r
    ) AS p ON p.interpretation = i.interpretation
)

SELECT
    e.interpretation,
    e.profile_id,
    e.fy,
    e.drawn_gbp_m AS expected_drawn_gbp_m,
    l.drawn_gbp_m AS actual_drawn_gbp_m
FROM expected AS e
LEFT JOIN overspend.ledger AS l
    ON
        l.interpretation = e.interpretation
        AND l.profile_id = e.profile_id
        AND l.fy = e.fy
        AND l.price_basis = 'cash'
WHERE l.drawn_gbp_m IS NULL OR l.drawn_gbp_m <> e.drawn_gbp_m
