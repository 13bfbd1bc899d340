-- question: Was the budget of 2025-26 overspent in the end, as the reports had it?
-- answer: {% set total = row(line_id='dhsc_tdel') %}{% set resource = row(line_id='dhsc_rdel') %}
-- answer: {% if total.overspend_gbp_m < -total.rounding_gbp_m %}No{% elif total.overspend_gbp_m > total.rounding_gbp_m %}Yes{% else %}Not known{% endif %}, not in total: spending of {{ total.outturn_gbp_m|money }} within the total limit was {{ total.overspend_gbp_m|abs|money }} {{ 'below' if total.overspend_gbp_m < 0 else 'above' }} the last plan
-- answer: {%- if resource is none or resource.outturn_gbp_m is none %}; the outturn of day-to-day spending alone is not held{% else %}, day-to-day spending {{ resource.overspend_gbp_m|abs|money }} {{ 'below' if resource.overspend_gbp_m < 0 else 'above' }} its own{% endif %} (as known on {{ total.known_from|day }}).
-- no rows: Not known: no outturn of the year was published by that day.
-- how to read: One row for each limit of which the outturn of 2025-26 is held, against the last plan before it, in £m of cash; overspend is outturn less plan. said_overspend and said_none count the claims that an overspend was allowed, and that there is none. A total within its limit does not show that day-to-day spending was: capital may have been underspent. Nor does it show what was allowed. The draft accounts of NHS England (claim O034, known since 22 November 2026) show it within its own day-to-day allocation.
WITH said AS (
    SELECT
        count(CASE WHEN c.value_central = 1 THEN 1 END) AS said_overspend,
        count(CASE WHEN c.value_central = 0 THEN 1 END) AS said_none
    FROM evidence.claim AS c
    WHERE c.measure_id = 'permitted_overspend_flag'
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
    o.known_from,
    o.confidence
FROM settlement.outturn_against_plan AS o
CROSS JOIN said AS s
WHERE o.fy = '2025-26'
ORDER BY o.line_id
