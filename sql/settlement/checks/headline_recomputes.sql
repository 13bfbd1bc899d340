-- table: settlement.headline_check
-- identity: S8
-- severity: error
-- title: Every published headline recomputes within its own rounding, or says why it does not.
-- remedy: Check vintage, years and price year of the headline; where the basis differs, explain it in its row.
SELECT
    h.headline_id,
    h.unit,
    h.published AS expected_value,
    h.recomputed AS actual_value,
    h.difference,
    h.tolerance
FROM settlement.headline_check AS h
WHERE NOT h.within_tolerance AND h.explanation IS NULL
