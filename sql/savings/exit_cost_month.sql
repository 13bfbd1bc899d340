-- Money is cut at the running shares and rounded there, so that the parts add up to the whole.
SELECT
    c.scenario_id,
    c.accounting_basis,
    s.successor_ods_code AS ods_code,
    c.month,
    c.component,
    c.fy,
    c.price_basis,
    c.base_fy,
    CAST(
        sum(
            CAST(round(CAST(c.amount_gbp_m AS DOUBLE) * s.share_to, 6) AS DECIMAL(18, 6))
            - CAST(round(CAST(c.amount_gbp_m AS DOUBLE) * s.share_from, 6) AS DECIMAL(18, 6))
        ) AS DECIMAL(18, 6)
    ) AS amount_gbp_m
FROM savings.exit_cost_month_before_succession AS c
INNER JOIN workforce.successor AS s ON s.ods_code = c.ods_code
GROUP BY
    c.scenario_id, c.accounting_basis, s.successor_ods_code, c.month, c.component, c.fy, c.price_basis, c.base_fy
