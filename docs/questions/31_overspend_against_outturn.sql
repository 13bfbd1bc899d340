-- question: Was the budget of 2025-26 overspent in the end, as the reports had it?
-- answer: {% set total = row(line_id='dhsc_tdel') %}{% set resource = row(line_id='dhsc_rdel') %}
-- answer: {% if total.overspend_gbp_m < -total.rounding_gbp_m %}No{% elif total.overspend_gbp_m > total.rounding_gbp_m %}Yes{% else %}Not known{% endif %}, not in total: spending of {{ total.outturn_gbp_m|money }} within the total limit was {{ total.overspend_gbp_m|abs|money }} {{ 'below' if total.overspend_gbp_m < 0 else 'above' }} the last plan
-- answer: {%- if resource is none or resource.outturn_gbp_m is none %}; the outturn of day-to-day spending alone is not held{% else %}, day-to-day spending {{ resource.overspend_gbp_m|abs|money }} {{ 'below' if resource.overspend_gbp_m < 0 else 'above' }} its own{% endif %}
-- answer: {%- if total.draft_accounts_left_gbp_m is not none %}; NHS England's draft accounts have {{ total.draft_accounts_left_gbp_m|money }} of its own day-to-day allocation left{% endif %} (as known on {{ total.known_from|day }}).
-- no rows: Not known: no outturn of the year was published by that day.
-- how to read: One row for each limit of which the outturn of 2025-26 is held, against the last plan before it, in £m of cash; overspend is outturn less plan. said_overspend and said_none count the claims that an overspend was allowed, and that there is none. A total within its limit does not show that day-to-day spending was: capital may have been underspent. Nor does it show what was allowed. draft_accounts_left_gbp_m is what NHS England, a part of the department's group, had left of its own day-to-day allocation by its draft accounts (claim O034).
WITH said AS (
    SELECT
        count(CASE WHEN c.value_central = 1 THEN 1 END) AS said_overspend,
        count(CASE WHEN c.value_central = 0 THEN 1 END) AS said_none
    FROM evidence.claim AS c
    WHERE c.measure_id = 'permitted_overspend_flag'
),

draft_accounts AS (
    SELECT
        max(c.value_central) AS left_gbp_m,
        max(c.known_from) AS known_from
    FROM evidence.claim AS c
    WHERE c.measure_id = 'revenue_underspend' AND c.period_from_fy = '2025-26' AND c.period_to_fy = '2025-26'
)

SELECT
    o.fy,
    o.line_id,
    o.plan_vintage_id,
    o.outturn_vintage_id,
    o.plan_gbp_m,
    o.outturn_gbp_m,
    o.overspend_gbp_m,
    o.rounding_gbp_m,
    s.said_overspend,
    s.said_none,
    d.left_gbp_m AS draft_accounts_left_gbp_m,
    greatest(o.known_from, coalesce(d.known_from, o.known_from)) AS known_from,
    o.confidence
FROM settlement.outturn_against_plan AS o
CROSS JOIN said AS s
CROSS JOIN draft_accounts AS d
WHERE o.fy = '2025-26'
ORDER BY o.line_id
