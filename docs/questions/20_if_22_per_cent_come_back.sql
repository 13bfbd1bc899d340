-- question: What if 22% are employed again within the service, as in 2010-13?
-- answer: {% set year = row(is_run_rate=true) %}
-- answer: The saving falls to {{ year.saving_gbp_m|money }} {{ ranged(year.low_gbp_m|money, year.high_gbp_m|money) }} in {{ year.fy }}, {{ year.pct_of_best_estimate|percent }} of the {{ year.best_estimate_saving_gbp_m|money }} {{ ranged(year.best_estimate_low_gbp_m|money, year.best_estimate_high_gbp_m|money) }} of the best estimate (as known on {{ year.known_by|day }}).
-- how to read: Saving by year of the best estimate and with returns, £m of cash. Leakage is what the returned cost, taken at the whole saving of a post, employer taxes with it, a year after leaving; clawback is redundancy pay that comes back once. pct_of_best_estimate is what is left of the saving of the best estimate. The columns low and high are 80% ranges of 2030-31, the year at full effect that is drawn, empty as of a past day.
WITH year_saving AS (
    SELECT
        f.scenario_id,
        f.fy,
        sum(f.amount_gbp_m) AS saving_gbp_m,
        sum(CASE WHEN f.component IN ('rehire_leakage', 'rehire_employer_taxes') THEN f.amount_gbp_m ELSE 0 END) AS leakage_gbp_m,
        sum(CASE WHEN f.component = 'clawback' THEN f.amount_gbp_m ELSE 0 END) AS clawback_gbp_m
    FROM savings.scenario_flow AS f
    WHERE f.accounting_basis = 'both' AND f.scenario_id IN ('best_estimate', 'rehire_22pct')
    GROUP BY f.scenario_id, f.fy
),

run_rate AS (
    SELECT
        r.scenario_id,
        r.p10,
        r.p90
    FROM savings.appraisal_range AS r
    WHERE
        r.perspective = 'dhsc_budget'
        AND r.accounting_basis = 'accrual'
        AND r.weighting = 'posterior'
        AND r.measure = 'saving_at_run_rate'
)

SELECT
    r.fy,
    c.saving_gbp_m AS best_estimate_saving_gbp_m,
    r.leakage_gbp_m,
    r.clawback_gbp_m,
    r.saving_gbp_m,
    round(100 * CAST(r.saving_gbp_m AS DOUBLE) / nullif(CAST(c.saving_gbp_m AS DOUBLE), 0), 1) AS pct_of_best_estimate,
    r.fy = '2030-31' AS is_run_rate,
    d.p10 AS low_gbp_m,
    d.p90 AS high_gbp_m,
    e.p10 AS best_estimate_low_gbp_m,
    e.p90 AS best_estimate_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM year_saving AS r
INNER JOIN year_saving AS c ON c.fy = r.fy AND c.scenario_id = 'best_estimate'
LEFT JOIN run_rate AS d ON d.scenario_id = r.scenario_id AND r.fy = '2030-31'
LEFT JOIN run_rate AS e ON e.scenario_id = c.scenario_id AND c.fy = '2030-31'
WHERE r.scenario_id = 'rehire_22pct'
ORDER BY r.fy
