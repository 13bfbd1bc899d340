-- table: overspend.ledger
-- identity: M5
-- severity: error
-- title: No balance is known before its reading and its profile, nor a real one before a deflator.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/ledger.sql.
WITH inputs AS (
    SELECT
        p.interpretation,
        p.profile_id,
        max(p.known_from) AS known_from
    FROM overspend.recoup_profile AS p
    GROUP BY p.interpretation, p.profile_id
),

last_deflator AS (
    SELECT max(d.known_from) AS known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
)

SELECT
    l.interpretation,
    l.profile_id,
    l.price_basis,
    l.fy,
    i.known_from AS expected_not_before,
    d.known_from AS expected_not_before_if_real,
    l.known_from AS actual_known_from
FROM overspend.ledger AS l
INNER JOIN inputs AS i ON i.interpretation = l.interpretation AND i.profile_id = l.profile_id
CROSS JOIN last_deflator AS d
WHERE l.known_from < i.known_from OR (l.price_basis = 'real' AND l.known_from < d.known_from)
