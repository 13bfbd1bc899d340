-- caption: Why average real growth to 2028-29 differs between the first and the last plan, in percentage points
-- reading: From {{ rows[0].plan_from }} to {{ rows[0].plan_to }} real growth moves from {{ figure('audit.vintage_attribution/' ~ rows[0].vintage_from ~ '/' ~ rows[0].vintage_to ~ '/' ~ rows[0].input ~ '/old_value')|percent(2) }} to {{ figure('audit.vintage_attribution/' ~ rows[0].vintage_from ~ '/' ~ rows[0].vintage_to ~ '/' ~ rows[0].input ~ '/new_value')|percent(2) }} a year; the parts add up to the move, with a remainder of {{ rows[0].remainder_points|number(2) }}.
-- cautions: growth_follows_base_year
WITH widest AS (
    SELECT
        a.vintage_from,
        a.vintage_to,
        row_number() OVER (ORDER BY t.sequence - f.sequence DESC, t.sequence DESC) AS place
    FROM audit.vintage_attribution AS a
    INNER JOIN evidence.vintage AS f ON f.vintage_id = a.vintage_from
    INNER JOIN evidence.vintage AS t ON t.vintage_id = a.vintage_to
)

SELECT
    f.label AS plan_from,
    t.label AS plan_to,
    a.input,
    a.contribution AS contribution_points,
    a.old_value AS old_growth_pct,
    a.new_value AS new_growth_pct,
    a.move AS move_points,
    a.move - sum(a.contribution) OVER () AS remainder_points,
    a.vintage_from,
    a.vintage_to
FROM audit.vintage_attribution AS a
INNER JOIN widest AS w ON w.vintage_from = a.vintage_from AND w.vintage_to = a.vintage_to AND w.place = 1
INNER JOIN evidence.vintage AS f ON f.vintage_id = a.vintage_from
INNER JOIN evidence.vintage AS t ON t.vintage_id = a.vintage_to
ORDER BY a.input
