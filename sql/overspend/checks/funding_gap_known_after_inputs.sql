-- table: overspend.funding_gap
-- identity: M5
-- severity: error
-- title: No gap is known before the cost and the money set against each other.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/funding_gap.sql.
WITH inputs AS (
    SELECT
        CASE
            WHEN p.parameter_id = 'stated_programme_cost_gbp_m' THEN 'official_cost_against_reprofile'
            ELSE 'press_cost_against_reprofile'
        END AS reading_id,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('stated_programme_cost_gbp_m', 'reprofiled_amount_gbp_m')
    UNION ALL
    SELECT
        'press_cost_against_press_overspend' AS reading_id,
        p.known_from
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('press_programme_cost_gbp_m', 'press_overspend_gbp_m')
    UNION ALL
    SELECT
        'modelled_cost_against_reprofile' AS reading_id,
        max(c.known_from) AS known_from
    FROM savings.cashflow_month AS c
)

SELECT
    g.reading_id,
    i.known_from AS expected_not_before,
    g.known_from AS actual_known_from
FROM overspend.funding_gap AS g
INNER JOIN inputs AS i ON i.reading_id = g.reading_id
WHERE g.known_from < i.known_from
