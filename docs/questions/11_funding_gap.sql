-- question: What is the funding gap between the cost and the money agreed?
-- answer: {% set official, half, press = row(reading_id='official_cost_against_reprofile'), row(reading_id='press_cost_against_reprofile'), row(reading_id='press_cost_against_press_overspend') %}
-- answer: {% if official %}{{ official.gap_low_gbp_m|money }} to {{ official.gap_high_gbp_m|money }} on the official figures of {{ official.cost_stated_on|month }}: a cost of {{ official.cost_low_gbp_m|money }} to {{ official.cost_high_gbp_m|money }} against {{ official.financed_gbp_m|money }} moved between years;
-- answer: {% if press.gap_low_gbp_m == 0 %}none{% else %}{{ press.gap_low_gbp_m|money }}{% endif %} if the press's cost is set against its overspend.
-- answer: {% elif half %}{{ half.gap_low_gbp_m|money }}, if the {{ half.cost_low_gbp_m|money }} that the press named in {{ half.cost_stated_on|month }} is set against the {{ half.financed_gbp_m|money }} that ministers named; no official cost was known.
-- answer: {% else %}{% if press.gap_low_gbp_m == 0 %}None{% else %}{{ press.gap_low_gbp_m|money }}{% endif %} by what the press had in {{ press.cost_stated_on|month }}: {{ press.cost_low_gbp_m|money }} of cost against {{ press.financed_gbp_m|money }} of overspend; no official figure was known.{% endif %}
-- how to read: Cost less money agreed in £m of cash, for each pairing of a cost with the money. The official pairing is 140 to 440; it is zero only where the press's cost is set against the press's overspend. The words say what is set against what and which bodies and years the cost is for, confidence how sure the pairing is. The columns best_estimate are the 80% range of the modelled gap, empty as of a past day.
-- in words: overspend.funding_gap
SELECT
    g.reading_id,
    g.cost_low_gbp_m,
    g.cost_gbp_m,
    g.cost_high_gbp_m,
    g.financed_gbp_m,
    g.gap_low_gbp_m,
    g.gap_gbp_m,
    g.gap_high_gbp_m,
    g.confidence,
    CAST(r.p10 AS DOUBLE) - g.financed_gbp_m AS best_estimate_gap_low_gbp_m,
    CAST(r.p90 AS DOUBLE) - g.financed_gbp_m AS best_estimate_gap_high_gbp_m,
    c.known_from AS cost_stated_on
FROM overspend.funding_gap AS g
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = g.cost_parameter_id AND p.is_current
LEFT JOIN evidence.source AS c ON c.source_id = p.source_id
LEFT JOIN savings.appraisal_range AS r
    ON
        g.reading_id = 'modelled_cost_against_reprofile'
        AND r.scenario_id = 'best_estimate'
        AND r.perspective = 'dhsc_budget'
        AND r.accounting_basis = 'accrual'
        AND r.weighting = 'posterior'
        AND r.measure = 'cost'
ORDER BY g.reading_id
