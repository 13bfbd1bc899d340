-- question: What happens if leavers slip six months?
-- answer: {% set slip, best = where(scenario_id='slip_6m'), where(scenario_id='best_estimate') %}{% set back = slip|selectattr('recouped_gbp_m', 'gt', 0)|list %}
-- answer: Payback moves from {{ best[0].payback_month|month }} {{ ranged(best[0].payback_low_month|month, best[0].payback_high_month|month) }} to {{ (slip[0].payback_month|month) or 'no month of the horizon' }} {{ ranged(slip[0].payback_low_month|month, slip[0].payback_high_month|month) }},
-- answer: {{ slip|sum(attribute='saving_against_best_estimate_gbp_m')|abs|money }} less is saved by {{ slip[-1].fy }}, and the recoup {% if back|rejectattr('is_met')|list %}is no longer met from saving in {{ back|rejectattr('is_met')|map(attribute='fy')|several }}{% else %}is still met{% endif %} (as known on {{ slip[0].known_by|day }}).
-- how to read: By year, £m at the prices of the year, the saving of the best estimate and of the slip, and whether what is taken back under the official reading can be met from the year's net saving: saving less one-off cost as recognised (accrual), because that is what the limit is charged with. A slip moves recognition too, so that a year may bear no cost although people still leave in it. Payback of the whole programme stands on every row: department's budget, cost as recognised. payback_low_month and payback_high_month are the tenth and the ninetieth percentile of the draws, empty as of a past day.
WITH year_saving AS (
    SELECT
        m.scenario_id,
        m.fy,
        sum(m.saving_gbp_m) AS saving_gbp_m
    FROM savings.scenario_month AS m
    WHERE m.accounting_basis = 'accrual'
    GROUP BY m.scenario_id, m.fy
),

longest AS (
    SELECT max(a.horizon_years) AS horizon_years
    FROM savings.appraisal AS a
)

SELECT
    r.scenario_id,
    r.fy,
    y.saving_gbp_m,
    y.saving_gbp_m - c.saving_gbp_m AS saving_against_best_estimate_gbp_m,
    r.net_saving_gbp_m,
    r.recouped_gbp_m,
    r.is_met,
    a.payback_month,
    CAST(DATE '2025-04-01' + to_months(CAST(round(d.p10) AS INTEGER)) AS DATE) AS payback_low_month,
    CAST(DATE '2025-04-01' + to_months(CAST(round(d.p90) AS INTEGER)) AS DATE) AS payback_high_month,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.scenario_recoup AS r
INNER JOIN year_saving AS y ON y.scenario_id = r.scenario_id AND y.fy = r.fy
INNER JOIN year_saving AS c ON c.scenario_id = 'best_estimate' AND c.fy = r.fy
INNER JOIN savings.appraisal AS a ON a.scenario_id = r.scenario_id
INNER JOIN longest AS l ON l.horizon_years = a.horizon_years
LEFT JOIN savings.appraisal_range AS d
    ON
        d.scenario_id = a.scenario_id
        AND d.perspective = a.perspective
        AND d.accounting_basis = a.accounting_basis
        AND d.weighting = 'posterior'
        AND d.measure = 'payback_in_calendar'
WHERE
    r.interpretation = 'official_reprofile'
    AND r.scenario_id IN ('best_estimate', 'slip_6m')
    AND a.perspective = 'dhsc_budget'
    AND a.accounting_basis = 'accrual'
    AND a.discount_rate_pct = 0
ORDER BY r.scenario_id, r.fy
