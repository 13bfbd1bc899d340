SELECT
    w.wave_id,
    w.label,
    w.stream,
    w.opens_on,
    w.closes_on,
    w.approved_on,
    w.first_leaving_on,
    w.last_leaving_on,
    w.share_of_target,
    w.source_id,
    w.reference,
    w.confidence,
    CAST(
        (year(w.first_leaving_on) - year(w.approved_on)) * 12 + month(w.first_leaving_on) - month(w.approved_on)
        AS BIGINT
    ) AS recognition_lead_months,
    s.known_from
FROM raw.exit_wave AS w
INNER JOIN evidence.source AS s ON s.source_id = w.source_id
