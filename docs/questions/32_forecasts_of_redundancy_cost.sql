-- question: How far off were earlier official forecasts of redundancy cost?
-- answer: {% set high = where(direction='too_high') %}{% set first, last = rows[0], rows[-1] %}
-- answer: {% if high|count == rows|count %}Too high each time{% elif not high %}Never too high{% else %}Too high in {{ high|count }} of {{ rows|count }}{% endif %}: {{ first.forecast_gbp_m|money }} expected in {{ first.forecast_on|month }} and {{ last.forecast_gbp_m|money }} in {{ last.forecast_on|month }}, against {{ last.outturn_gbp_m|money }} paid to {{ last.outturn_to|day }}.
-- how to read: One row for each forecast, in £m of cash. off_pct is the forecast over the outturn, less 1. These are forecasts of the officials of the day, not of this model; question 19 has the model's. A forecast that was too high says nothing about the cost of one exit: fewer people left than were expected.
SELECT
    f.case_id,
    f.label,
    f.forecast_on,
    f.forecast_gbp_m,
    f.outturn_gbp_m,
    f.outturn_to,
    f.off_gbp_m,
    round(f.off_pct) AS off_pct,
    f.direction,
    f.confidence
FROM savings.forecast_outcome AS f
ORDER BY f.forecast_on
