-- caption: Change to the day-to-day budget for health in England by year and reading of the deal, £m in cash
-- reading: The press reported that {{ figure('overspend.instrument/press_overspend/2025-26/delta_gbp_m')|money(0) }} comes in 2025-26 and goes in 2026-27; officials moved money into 2025-26 and 2026-27 and take {{ figure('overspend.instrument/official_reprofile/2028-29/delta_gbp_m')|magnitude|money(0) }} back in 2028-29, a split by year that no source publishes.
-- cautions: advance_is_not_new_money, no_advance_year_is_published
SELECT
    i.interpretation,
    i.fy,
    i.low_gbp_m,
    i.delta_gbp_m,
    i.high_gbp_m,
    i.confidence
FROM overspend.instrument AS i
ORDER BY i.interpretation, i.fy
