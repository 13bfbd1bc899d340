-- question: What is the saving to a board against the saving to the department's group?
-- answer: {% set year = row(body='icb', is_run_rate=true) %}
-- answer: A board sees {{ (100 - year.centrally_pct)|percent }} of it: in {{ year.fy }} all boards see {{ year.seen_by_employer_gbp_m|money }} of {{ year.saved_by_group_gbp_m|money }}, because {{ year.paid_centrally_gbp_m|money }} of pension contributions is paid centrally;
-- answer: all bodies together save {{ rows|selectattr('is_run_rate')|sum(attribute='saved_by_group_gbp_m')|money }} {{ ranged(year.all_low_gbp_m|money, year.all_high_gbp_m|money) }} (as known on {{ year.known_by|day }}).
-- how to read: Yearly saving of the modelled programme in £m of cash. seen_by_employer leaves out the pension contribution that is paid centrally (9.4% of pay), which no board sees in its own accounts; saved_by_group holds it. From April 2027 the department books what NHS England did. A national sum of what boards see falls short by paid_centrally; a board's own saving at the national rate is too high by it. all_low_gbp_m and all_high_gbp_m are the 80% range of the saving of all bodies in the first year at full effect that is drawn, empty as of a past day.
WITH yearly AS (
    SELECT
        s.fy,
        o.body,
        sum(s.amount_gbp_m) AS saved_by_group_gbp_m,
        sum(CASE WHEN s.component = 'pension_central' THEN s.amount_gbp_m ELSE 0 END) AS paid_centrally_gbp_m,
        sum(CASE WHEN s.component = 'pension_local' THEN s.amount_gbp_m ELSE 0 END) AS pension_local_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN workforce.baseline AS o ON o.ods_code = s.ods_code
    WHERE s.scenario_id = 'best_estimate'
    GROUP BY s.fy, o.body
)

SELECT
    y.fy,
    y.body,
    y.saved_by_group_gbp_m - y.paid_centrally_gbp_m AS seen_by_employer_gbp_m,
    y.saved_by_group_gbp_m,
    y.pension_local_gbp_m,
    y.paid_centrally_gbp_m,
    round(y.paid_centrally_gbp_m / nullif(y.saved_by_group_gbp_m, 0) * 100, 2) AS centrally_pct,
    y.fy = '2030-31' AS is_run_rate,
    CASE WHEN y.fy = '2030-31' THEN r.p10 END AS all_low_gbp_m,
    CASE WHEN y.fy = '2030-31' THEN r.p90 END AS all_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM yearly AS y
LEFT JOIN savings.appraisal_range AS r
    ON
        r.scenario_id = 'best_estimate'
        AND r.perspective = 'dhsc_budget'
        AND r.accounting_basis = 'accrual'
        AND r.weighting = 'posterior'
        AND r.measure = 'saving_at_run_rate'
WHERE y.saved_by_group_gbp_m > 0
ORDER BY y.fy, y.body
