-- question: What take-up, pay or backfill makes net present value zero?
-- answer: {% set longest = rows|selectattr('scenario_id', 'eq', 'best_estimate')|map(attribute='horizon_years')|max %}
-- answer: {% set take_up, saving, backfill = row(scenario_id='best_estimate', horizon_years=longest, lever='take_up'), row(scenario_id='best_estimate', horizon_years=longest, lever='saving'), row(scenario_id='best_estimate', horizon_years=longest, lever='backfill') %}
-- answer: {% if take_up.breakeven_value is none %}No take-up{% else %}A take-up of {{ (take_up.breakeven_value * 100)|percent }} of that in the best estimate{% endif %},
-- answer: {% if saving.saving_per_post_gbp is none %}no saving{% else %}{{ saving.saving_per_post_gbp|pounds }} saved a post and year{% endif %}
-- answer: or {% if backfill.breakeven_value is none %}no backfill{% else %}a backfill of {{ (backfill.breakeven_value * 100)|percent }}{% endif %}, each alone over {{ longest|whole }} years; the best estimate of the value is {{ take_up.npv_gbp_m|money }} {{ ranged(take_up.npv_low_gbp_m|money, take_up.npv_high_gbp_m|money) }} (as known on {{ take_up.known_by|day }}).
-- how to read: Each lever alone, the rest as in the scenario and relative to it (a take-up of 0.1 is a tenth of the exits of the scenario, not of the plan), at the real discount rate, from the department's budget, cost as recognised. Saving is the part of the modelled saving that would be enough, and saving per post the same in pounds of 2025-26 with pay and cost as they are, because lower pay would lower severance too; cost is how many times the modelled cost the saving would bear. Where take-up has no break-even, cost and saving shrink together and any take-up is worth it. npv_low_gbp_m and npv_high_gbp_m are the 80% range over the longest horizon, empty as of a past day.
WITH posts AS (
    SELECT
        sum(b.posts_removed_target * CAST(u.saving_per_post_gbp AS DOUBLE)) / sum(b.posts_removed_target)
            AS saving_per_post_gbp
    FROM workforce.baseline AS b
    INNER JOIN savings.unit_cost AS u ON u.body = b.body AND u.scenario_id = 'best_estimate' AND u.fy = '2025-26'
    WHERE b.in_post_target
)

SELECT
    b.scenario_id,
    b.horizon_years,
    b.lever,
    b.outcome,
    round(b.scenario_value, 3) AS scenario_value,
    round(b.breakeven_value, 3) AS breakeven_value,
    CASE WHEN b.lever = 'saving' THEN round(b.breakeven_value * p.saving_per_post_gbp) END AS saving_per_post_gbp,
    CASE WHEN b.lever = 'cost' THEN round(b.breakeven_value * CAST(a.cash_cost_gbp_m AS DOUBLE), 1) END AS cost_gbp_m,
    round(b.npv_gbp_m, 1) AS npv_gbp_m,
    CASE WHEN b.horizon_years = max(b.horizon_years) OVER () THEN round(r.p10, 1) END AS npv_low_gbp_m,
    CASE WHEN b.horizon_years = max(b.horizon_years) OVER () THEN round(r.p90, 1) END AS npv_high_gbp_m,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.breakeven AS b
INNER JOIN savings.appraisal AS a
    ON
        a.scenario_id = b.scenario_id
        AND a.perspective = b.perspective
        AND a.accounting_basis = b.accounting_basis
        AND a.horizon_years = b.horizon_years
        AND a.discount_rate_pct = b.discount_rate_pct
CROSS JOIN posts AS p
LEFT JOIN savings.appraisal_range AS r
    ON
        r.scenario_id = b.scenario_id
        AND r.perspective = b.perspective
        AND r.accounting_basis = b.accounting_basis
        AND r.weighting = 'posterior'
        AND r.measure = 'npv'
WHERE
    b.perspective = 'dhsc_budget'
    AND b.accounting_basis = 'accrual'
    AND b.scenario_id IN ('best_estimate', 'cost_high', 'fixed_cost_200', 'savings_700')
ORDER BY b.scenario_id, b.horizon_years, b.lever
