-- table: settlement.headline_check
-- severity: error
-- title: Every published headline, as printed and as recomputed, lies within the plausible range of its measure.
-- remedy: Look for a misplaced zero or a wrong unit in the headline seed.
SELECT
    h.headline_id,
    h.unit,
    m.plausible_low AS expected_low,
    m.plausible_high AS expected_high,
    h.published AS actual_published,
    h.recomputed AS actual_recomputed
FROM settlement.headline_check AS h
INNER JOIN raw.published_headline AS r ON r.headline_id = h.headline_id
INNER JOIN evidence.measure AS m ON m.measure_id = r.measure_id
WHERE
    h.published < m.plausible_low
    OR h.published > m.plausible_high
    OR h.recomputed < m.plausible_low
    OR h.recomputed > m.plausible_high
