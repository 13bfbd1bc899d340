-- question: Does £1bn fit 18,000 posts?
-- answer: {% set press = where(cost_scope='all_three') %}{% set least, most = press|map(attribute='months_of_pay_low')|min, press|map(attribute='months_of_pay_high')|max %}{% set terms = press[0].greatest_months %}
-- answer: {{ 'Yes' if most <= terms else 'Only partly' if least <= terms else 'No' }}, by the terms: {{ press[0].cost_high_gbp_m|money }} for {{ press|map(attribute='paid_exits')|min|whole(-2) }} to {{ press|map(attribute='paid_exits')|max|whole(-2) }} paid exits is {{ least|whole }} to {{ most|whole }} months of pay each, of {{ terms|whole }} at most
-- answer: {%- if press|selectattr('service_years_low')|list %}; it takes a mean service of {{ press|map(attribute='service_years_low')|select|min|whole }} to {{ press|map(attribute='service_years_high')|select|max|whole }} years{% endif %} (as known on {{ press[0].known_by|day }}).
-- how to read: One row for each stated cost and each count of leavers. cost_per_leaver_gbp is the cost over the leavers, and months_of_pay that over a month of the pay that the stated savings imply, weighed by posts. verdict sets those months beside greatest_months, the most that the handbook pays (one month for each complete year of service that counts): whether the cost is possible, not whether it is likely, for the mean leaver would need that many years. service_years_low and service_years_high are the fewest and the most years of mean service that make the cost, from the grid of savings.feasible_set at the paid exits and the pay nearest to these, with notice paid and leavers who differ as staff do, at 2025-26 pay; 24 years is where the grid ends; a single figure is taken with the tolerance of about_tolerance_pct on either side. The wider scope adds the commissioning support units, which the count of posts leaves out, so its cost for each leaver is too high by their share.
WITH cost AS (
    SELECT
        r.scope_id,
        r.vintage_id,
        v.known_from,
        r.value_low AS cost_low_gbp_m,
        r.value_high AS cost_high_gbp_m,
        r.claim_grade,
        row_number() OVER (PARTITION BY r.scope_id ORDER BY v.known_from DESC) AS place
    FROM evidence.resolution AS r
    INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
    WHERE r.measure_id = 'programme_cost' AND r.scope_id IN ('all_three', 'all_three_and_csu')
),

posts AS (
    SELECT
        r.value_high AS posts,
        r.claim_grade
    FROM evidence.resolution AS r
    INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
    WHERE r.measure_id = 'posts_removed' AND r.scope_id = 'all_three'
    ORDER BY v.known_from DESC
    LIMIT 1
),

vacancies AS (
    SELECT sum(w.share_of_target) AS share
    FROM savings.exit_wave AS w
    WHERE w.stream = 'vacancy'
),

leavers AS (
    SELECT
        'every post is a paid exit' AS reading,
        p.posts AS paid_exits
    FROM posts AS p
    UNION ALL
    SELECT
        'the paid share of the best estimate' AS reading,
        p.posts * (1 - coalesce(v.share, 0)) * s.value AS paid_exits
    FROM posts AS p
    CROSS JOIN vacancies AS v
    CROSS JOIN savings.posterior_draw AS s
    WHERE s.parameter_id = 'paid_exit_share' AND s.draw = 0
),

body AS (
    SELECT
        b.body,
        sum(b.posts_removed_target) AS posts
    FROM workforce.baseline AS b
    WHERE b.in_post_target
    GROUP BY b.body
),

pay AS (
    SELECT sum(b.posts * u.mean_salary_gbp) / nullif(sum(b.posts), 0) AS mean_pay_gbp
    FROM body AS b
    INNER JOIN savings.unit_cost AS u ON u.body = b.body
    WHERE u.scenario_id = 'best_estimate' AND u.fy = '2025-26'
),

terms AS (
    SELECT t.value AS greatest_months
    FROM evidence.parameter_value AS t
    WHERE t.parameter_id = 'agenda_for_change_maximum_service_years' AND t.is_current
),

step AS (
    SELECT
        max(CASE WHEN s.parameter_id = 'feasible_step_posts' THEN s.value END) AS posts,
        max(CASE WHEN s.parameter_id = 'feasible_step_pay_gbp' THEN s.value END) AS pay_gbp,
        max(CASE WHEN s.parameter_id = 'about_tolerance_pct' THEN s.value END) / 100 AS about_share
    FROM evidence.parameter_value AS s
    WHERE s.is_current
),

service AS (
    SELECT
        c.scope_id,
        l.reading,
        min(f.mean_service_years) AS service_years_low,
        max(f.mean_service_years) AS service_years_high
    FROM cost AS c
    CROSS JOIN leavers AS l
    CROSS JOIN pay AS p
    CROSS JOIN step AS s
    INNER JOIN savings.feasible_set AS f
        ON
            f.paid_exits = round(l.paid_exits / s.posts) * s.posts
            AND f.mean_pay_gbp = round(p.mean_pay_gbp / s.pay_gbp) * s.pay_gbp
            AND f.implied_cost_gbp_m
            BETWEEN c.cost_low_gbp_m
            - CASE WHEN c.cost_low_gbp_m = c.cost_high_gbp_m THEN s.about_share * c.cost_low_gbp_m ELSE 0 END
            AND c.cost_high_gbp_m
            + CASE WHEN c.cost_low_gbp_m = c.cost_high_gbp_m THEN s.about_share * c.cost_high_gbp_m ELSE 0 END
    WHERE c.place = 1
    GROUP BY c.scope_id, l.reading
)

SELECT
    c.scope_id AS cost_scope,
    l.reading,
    c.cost_low_gbp_m,
    c.cost_high_gbp_m,
    round(l.paid_exits) AS paid_exits,
    round(c.cost_low_gbp_m * 1000000 / l.paid_exits, 2) AS cost_per_leaver_low_gbp,
    round(c.cost_high_gbp_m * 1000000 / l.paid_exits, 2) AS cost_per_leaver_high_gbp,
    round(c.cost_low_gbp_m * 1000000 / l.paid_exits / (p.mean_pay_gbp / 12), 1) AS months_of_pay_low,
    round(c.cost_high_gbp_m * 1000000 / l.paid_exits / (p.mean_pay_gbp / 12), 1) AS months_of_pay_high,
    t.greatest_months,
    e.service_years_low,
    e.service_years_high,
    CASE
        WHEN c.cost_high_gbp_m * 1000000 / l.paid_exits / (p.mean_pay_gbp / 12) <= t.greatest_months
            THEN 'within the greatest the terms allow'
        WHEN c.cost_low_gbp_m * 1000000 / l.paid_exits / (p.mean_pay_gbp / 12) <= t.greatest_months
            THEN 'its low end alone is within the greatest the terms allow'
        ELSE 'more than the greatest the terms allow'
    END AS verdict,
    round(p.mean_pay_gbp) AS mean_pay_gbp,
    c.claim_grade AS cost_grade,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM cost AS c
CROSS JOIN leavers AS l
CROSS JOIN pay AS p
CROSS JOIN terms AS t
LEFT JOIN service AS e ON e.scope_id = c.scope_id AND e.reading = l.reading
WHERE c.place = 1
ORDER BY cost_scope, l.reading
