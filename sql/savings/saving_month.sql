-- Money is cut at the running shares and rounded there, so that the parts add up to the whole.
SELECT
    m.scenario_id,
    s.successor_ods_code AS ods_code,
    m.month,
    m.component,
    m.fy,
    m.price_basis,
    m.base_fy,
    CAST(
        sum(
            CAST(round(CAST(m.amount_gbp_m AS DOUBLE) * s.share_to, 6) AS DECIMAL(18, 6))
            - CAST(round(CAST(m.amount_gbp_m AS DOUBLE) * s.share_from, 6) AS DECIMAL(18, 6))
        ) AS DECIMAL(18, 6)
    ) AS amount_gbp_m
FROM savings.saving_month_before_succession AS m
INNER JOIN workforce.successor AS s ON s.ods_code = m.ods_code
GROUP BY m.scenario_id, s.successor_ods_code, m.month, m.component, m.fy, m.price_basis, m.base_fy
