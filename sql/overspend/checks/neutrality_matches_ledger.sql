-- table: overspend.neutrality
-- identity: O5
-- severity: error
-- title: Cash and real sums are the ledger's, and discounting takes no less off the recoup than off the draw.
-- remedy: The flows are not those of the ledger, or a year is discounted the wrong way; check the base year.
WITH flow AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.price_basis,
        sum(l.drawn_gbp_m) AS drawn_gbp_m,
        sum(l.recouped_gbp_m) AS recouped_gbp_m
    FROM overspend.ledger AS l
    GROUP BY l.interpretation, l.profile_id, l.price_basis
)

SELECT
    n.interpretation,
    n.profile_id,
    n.test,
    f.drawn_gbp_m AS expected_drawn_gbp_m,
    n.drawn_gbp_m AS actual_drawn_gbp_m,
    f.recouped_gbp_m AS expected_recouped_gbp_m,
    n.recouped_gbp_m AS actual_recouped_gbp_m
FROM overspend.neutrality AS n
LEFT JOIN flow AS f
    ON
        f.interpretation = n.interpretation
        AND f.profile_id = n.profile_id
        AND f.price_basis = CASE WHEN n.test = 'cash' THEN 'cash' ELSE 'real' END
WHERE
    f.interpretation IS NULL
    OR (
        n.test <> 'present_value'
        AND (
            abs(n.drawn_gbp_m - CAST(f.drawn_gbp_m AS DOUBLE)) > 1e-6
            OR abs(n.recouped_gbp_m - CAST(f.recouped_gbp_m AS DOUBLE)) > 1e-6
        )
    )
    OR (
        n.test = 'present_value'
        AND (
            n.drawn_gbp_m > CAST(f.drawn_gbp_m AS DOUBLE) + 1e-6
            OR n.recouped_gbp_m > CAST(f.recouped_gbp_m AS DOUBLE) + 1e-6
            OR n.recouped_gbp_m * CAST(f.drawn_gbp_m AS DOUBLE)
            > n.drawn_gbp_m * CAST(f.recouped_gbp_m AS DOUBLE) + 1e-6 * CAST(f.drawn_gbp_m AS DOUBLE)
        )
    )
