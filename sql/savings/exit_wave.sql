SELECT
    w.*,
    CAST(
        (year(w.first_leaving_on) - year(w.approved_on)) * 12 + month(w.first_leaving_on) - month(w.approved_on)
        AS BIGINT
    ) AS recognition_lead_months
FROM raw.exit_wave AS w
