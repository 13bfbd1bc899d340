-- table: overspend.instrument
-- severity: error
-- title: Each reading draws in total the amount stated for it.
-- remedy: The years of the settlement and the stated amount disagree; check the parameter against the plan change.
WITH stated AS (
    SELECT
        CASE
            WHEN p.parameter_id = 'press_overspend_gbp_m' THEN 'press_overspend'
            ELSE 'official_reprofile'
        END AS interpretation,
        CAST(p.value AS DECIMAL(18, 6)) AS amount_gbp_m
    FROM evidence.parameter_value AS p
    WHERE p.is_current AND p.parameter_id IN ('press_overspend_gbp_m', 'reprofiled_amount_gbp_m')
),

drawn AS (
    SELECT
        i.interpretation,
        sum(greatest(i.delta_gbp_m, 0)) AS drawn_gbp_m
    FROM overspend.instrument AS i
    GROUP BY i.interpretation
)

SELECT
    d.interpretation,
    s.amount_gbp_m AS expected_drawn_gbp_m,
    d.drawn_gbp_m AS actual_drawn_gbp_m
FROM drawn AS d
LEFT JOIN stated AS s ON s.interpretation = d.interpretation
WHERE s.amount_gbp_m IS NULL OR d.drawn_gbp_m <> s.amount_gbp_m
