-- question: What happens if leavers slip six months?
-- how to read: By year, £m at the prices of the year, the saving of the best estimate and of the slip, and whether what is taken back under the official reading can be met from the year's net saving: saving less one-off cost as recognised (accrual), because that is what the limit is charged with. A slip moves recognition too, so that a year may bear no cost although people still leave in it. Payback of the whole programme stands on every row: department's budget, cost as recognised.
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
    a.payback_month
FROM overspend.scenario_recoup AS r
INNER JOIN year_saving AS y ON y.scenario_id = r.scenario_id AND y.fy = r.fy
INNER JOIN year_saving AS c ON c.scenario_id = 'best_estimate' AND c.fy = r.fy
INNER JOIN savings.appraisal AS a ON a.scenario_id = r.scenario_id
INNER JOIN longest AS l ON l.horizon_years = a.horizon_years
WHERE
    r.interpretation = 'official_reprofile'
    AND r.scenario_id IN ('best_estimate', 'slip_6m')
    AND a.perspective = 'dhsc_budget'
    AND a.accounting_basis = 'accrual'
    AND a.discount_rate_pct = 0
ORDER BY r.scenario_id, r.fy
