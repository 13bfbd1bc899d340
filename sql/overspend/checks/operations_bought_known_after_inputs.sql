-- table: overspend.operations_bought
-- identity: M5
-- severity: error
-- title: No number of operations is known before the ratio, the money it divides and the deflator.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/operations_bought.sql.
WITH ratio AS (
    SELECT max(p.known_from) AS known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('operations_per_gbp_1000m', 'stated_annual_saving_gbp_m')
),

latest_deflator AS (
    SELECT max(d.known_from) AS known_from
    FROM settlement.deflator AS d
    WHERE d.status <> 'extended'
)

SELECT
    o.case_id,
    o.ratio_id,
    o.profile_id,
    o.fy,
    greatest(r.known_from, l.known_from, d.known_from) AS expected_not_before,
    o.known_from AS actual_known_from
FROM overspend.operations_bought AS o
INNER JOIN overspend.ledger AS l
    ON
        l.interpretation = 'official_reprofile'
        AND l.profile_id = o.profile_id
        AND l.fy = o.fy
        AND l.price_basis = 'cash'
CROSS JOIN ratio AS r
CROSS JOIN latest_deflator AS d
WHERE o.known_from < greatest(r.known_from, l.known_from, d.known_from)
