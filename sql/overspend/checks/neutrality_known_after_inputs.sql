-- table: overspend.neutrality
-- identity: M5
-- severity: error
-- title: No test of neutrality is known before the ledger and, in present value, the rate.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/neutrality.sql.
WITH account AS (
    SELECT
        l.interpretation,
        l.profile_id,
        l.price_basis,
        max(l.known_from) AS known_from
    FROM overspend.ledger AS l
    GROUP BY l.interpretation, l.profile_id, l.price_basis
)

SELECT
    n.interpretation,
    n.profile_id,
    n.test,
    a.known_from AS expected_not_before,
    r.known_from AS expected_not_before_in_present_value,
    n.known_from AS actual_known_from
FROM overspend.neutrality AS n
INNER JOIN account AS a
    ON
        a.interpretation = n.interpretation
        AND a.profile_id = n.profile_id
        AND a.price_basis = CASE WHEN n.test = 'cash' THEN 'cash' ELSE 'real' END
INNER JOIN evidence.parameter_value AS r ON r.parameter_id = 'discount_rate_real_pct' AND r.is_current
WHERE n.known_from < a.known_from OR (n.test = 'present_value' AND n.known_from < r.known_from)
