-- table: overspend.ledger
-- identity: O1
-- severity: error
-- title: The advance is an account: it opens at zero, and each year closes at opening plus drawn less recouped.
-- remedy: A year of the instrument or the profile is missing, or the running sum is broken; compare the years of both.
WITH followed AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.price_basis,
        l.fy,
        l.opening_gbp_m,
        l.drawn_gbp_m,
        l.recouped_gbp_m,
        l.closing_gbp_m,
        coalesce(
            lag(l.closing_gbp_m) OVER (
                PARTITION BY l.interpretation, l.profile_id, l.price_basis ORDER BY l.fy
            ),
            0
        ) AS expected_opening_gbp_m
    FROM overspend.ledger AS l
)

SELECT
    f.interpretation,
    f.profile_id,
    f.price_basis,
    f.fy,
    f.expected_opening_gbp_m,
    f.opening_gbp_m AS actual_opening_gbp_m,
    f.opening_gbp_m + f.drawn_gbp_m - f.recouped_gbp_m AS expected_closing_gbp_m,
    f.closing_gbp_m AS actual_closing_gbp_m
FROM followed AS f
WHERE
    f.opening_gbp_m <> f.expected_opening_gbp_m
    OR f.closing_gbp_m <> f.opening_gbp_m + f.drawn_gbp_m - f.recouped_gbp_m
