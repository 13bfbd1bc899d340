-- caption: Published headlines of the settlement recomputed from the plans
-- reading: {{ rows|rejectattr('within_tolerance')|list|length }} of {{ rows|length }} published headlines do not recompute within their own rounding; each says why.
-- cautions: deflator_is_revised
SELECT
    h.headline_id,
    h.label,
    h.unit,
    h.published,
    h.recomputed,
    h.difference,
    h.tolerance,
    h.within_tolerance,
    h.explanation
FROM settlement.headline_check AS h
ORDER BY h.within_tolerance, abs(h.difference) / nullif(h.tolerance, 0) DESC, h.headline_id
