-- question: What did we believe on 13 November 2025, and what after the Budget of 26 November?
-- answer: {% set press = rows|selectattr('reported_13_november_gbp_m')|list %}{% set plan = rows|selectattr('plan_change_gbp_m')|list %}
-- answer: On {{ rows[0].before_on|day }}, from the press, that {{ press[0].reported_13_november_gbp_m|money }} moves into {{ press[0].fy }} and is taken back in {{ press[-1].fy }};
-- answer: {% if plan %}on {{ rows[0].after_on|day }}, from the plans, that the limit changes by {% for year in plan %}{{ '+' if year.plan_change_gbp_m > 0 }}{{ year.plan_change_gbp_m|money }} in {{ year.fy }}{{ '.' if loop.last else ' and ' if loop.revindex0 == 1 else ', ' }}{% endfor %}
-- answer: {% else %}what the Budget would bring was not known.{% endif %}
-- how to read: One row a year, in £m of cash. plan_... is the day-to-day limit of the department as known on the day. reported_... is what the press had the deal move into the year (+) or take back from it (-). On 28 November the only sign of it is the plan itself, in plan_change_gbp_m: up in 2026-27, down in 2028-29. inferred_... is our estimate, with its range, of how the £860m that ministers named on 2 December falls on the years: they gave no split. Each confidence is that of the columns before it.
WITH plan AS (
    SELECT
        p.fy,
        max_by(p.amount_gbp_m, p.known_from) FILTER (WHERE p.known_from <= DATE '2025-11-13') AS on_13_november_gbp_m,
        -- As of a day before the Budget, nobody knows what it will bring.
        max_by(p.amount_gbp_m, p.known_from) FILTER (
            WHERE p.known_from <= DATE '2025-11-28'
            AND (SELECT max(v.known_from) FROM evidence.vintage AS v) >= DATE '2025-11-26'
        ) AS on_28_november_gbp_m
    FROM settlement.plan AS p
    WHERE p.line_id = 'dhsc_rdel'
    GROUP BY p.fy
)

SELECT
    p.fy,
    p.on_13_november_gbp_m AS plan_13_november_gbp_m,
    p.on_28_november_gbp_m AS plan_28_november_gbp_m,
    p.on_28_november_gbp_m - p.on_13_november_gbp_m AS plan_change_gbp_m,
    press.delta_gbp_m AS reported_13_november_gbp_m,
    press.confidence AS reported_confidence,
    official.low_gbp_m AS inferred_11_december_low_gbp_m,
    official.delta_gbp_m AS inferred_11_december_gbp_m,
    official.high_gbp_m AS inferred_11_december_high_gbp_m,
    official.confidence AS inferred_confidence,
    DATE '2025-11-13' AS before_on,
    DATE '2025-11-28' AS after_on
FROM plan AS p
INNER JOIN overspend.instrument AS press ON press.fy = p.fy AND press.interpretation = 'press_overspend'
LEFT JOIN overspend.instrument AS official ON official.fy = p.fy AND official.interpretation = 'official_reprofile'
ORDER BY p.fy
