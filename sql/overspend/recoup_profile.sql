-- The limit is charged when a cost is recognised, not when it is paid.
WITH net_saving AS (
    SELECT
        c.fy,
        sum(c.net_gbp_m) AS net_gbp_m
    FROM savings.cashflow_month AS c
    WHERE c.scenario_id = 'best_estimate' AND c.accounting_basis = 'accrual'
    GROUP BY c.fy
),

advance AS (
    SELECT
        i.interpretation,
        i.fy,
        i.delta_gbp_m,
        min(CASE WHEN i.delta_gbp_m > 0 THEN i.fy END) OVER (PARTITION BY i.interpretation) AS first_drawn_fy,
        CAST(sum(greatest(i.delta_gbp_m, 0)) OVER (PARTITION BY i.interpretation) AS DOUBLE) AS drawn_in_all_gbp_m,
        sum(greatest(i.delta_gbp_m, 0)) OVER (
            PARTITION BY i.interpretation ORDER BY i.fy ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS drawn_so_far_gbp_m,
        i.source_id
    FROM overspend.instrument AS i
),

-- What the modelled saving could pay back in each year: nothing while the programme still costs more than it saves.
paying_year AS (
    SELECT
        a.interpretation,
        a.fy,
        a.delta_gbp_m,
        a.drawn_in_all_gbp_m,
        a.drawn_so_far_gbp_m,
        max(CASE WHEN a.fy = a.first_drawn_fy THEN a.source_id END) OVER (
            PARTITION BY a.interpretation
        ) AS source_id,
        CASE WHEN a.fy > a.first_drawn_fy THEN greatest(coalesce(s.net_gbp_m, 0), 0) ELSE 0 END AS saving_gbp_m
    FROM advance AS a
    LEFT JOIN net_saving AS s ON s.fy = a.fy
),

saving_year AS (
    SELECT
        y.interpretation,
        y.fy,
        y.source_id,
        CAST(y.saving_gbp_m AS DOUBLE) AS saving_gbp_m,
        CAST(sum(y.saving_gbp_m) OVER (PARTITION BY y.interpretation) AS DOUBLE) AS saving_in_all_gbp_m
    FROM paying_year AS y
),

stated_profile AS (
    SELECT
        r.profile_id,
        min(r.source_id) AS source_id,
        sum(r.share) = 0 AS leaves_balance
    FROM raw.recoup_profile AS r
    GROUP BY r.profile_id
),

capped_year AS (
    SELECT
        y.interpretation,
        y.fy,
        y.drawn_in_all_gbp_m,
        y.drawn_so_far_gbp_m,
        sum(CAST(cap.value * CAST(y.saving_gbp_m AS DOUBLE) AS DECIMAL(18, 6))) OVER (
            PARTITION BY y.interpretation ORDER BY y.fy ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS capacity_so_far_gbp_m,
        cap.source_id
    FROM paying_year AS y
    INNER JOIN evidence.parameter_value AS cap
        ON cap.parameter_id = 'recoup_cap_share_of_saving' AND cap.is_current
),

-- Each year recoups the balance or the cap, whichever is less. Cumulatively, that is the capacity so far less the
-- most that has been lost because there was no balance to recoup.
capped_total AS (
    SELECT
        c.interpretation,
        c.fy,
        c.drawn_in_all_gbp_m,
        c.capacity_so_far_gbp_m + least(
            0,
            min(c.drawn_so_far_gbp_m - c.capacity_so_far_gbp_m) OVER (
                PARTITION BY c.interpretation ORDER BY c.fy ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            )
        ) AS recouped_so_far_gbp_m,
        c.source_id
    FROM capped_year AS c
),

capped AS (
    SELECT
        t.interpretation,
        t.fy,
        t.drawn_in_all_gbp_m,
        t.recouped_so_far_gbp_m
        - coalesce(lag(t.recouped_so_far_gbp_m) OVER (PARTITION BY t.interpretation ORDER BY t.fy), 0)
            AS recouped_gbp_m,
        t.source_id
    FROM capped_total AS t
)

SELECT
    y.interpretation,
    p.profile_id,
    y.fy,
    coalesce(r.share, 0) AS share,
    p.leaves_balance,
    'stated' AS kind,
    coalesce(r.source_id, p.source_id) AS source_id
FROM paying_year AS y
CROSS JOIN stated_profile AS p
LEFT JOIN raw.recoup_profile AS r ON r.profile_id = p.profile_id AND r.fy = y.fy
UNION ALL
SELECT
    y.interpretation,
    'as_agreed' AS profile_id,
    y.fy,
    coalesce(CAST(greatest(-y.delta_gbp_m, 0) AS DOUBLE) / nullif(y.drawn_in_all_gbp_m, 0), 0) AS share,
    FALSE AS leaves_balance,
    'computed' AS kind,
    y.source_id
FROM paying_year AS y
UNION ALL
SELECT
    y.interpretation,
    'proportional_to_savings' AS profile_id,
    y.fy,
    coalesce(y.saving_gbp_m / nullif(y.saving_in_all_gbp_m, 0), 0) AS share,
    -- Without a saving in any year there is nothing to follow, and the whole advance remains outstanding.
    y.saving_in_all_gbp_m = 0 AS leaves_balance,
    'computed' AS kind,
    y.source_id
FROM saving_year AS y
UNION ALL
SELECT
    c.interpretation,
    'savings_capped' AS profile_id,
    c.fy,
    coalesce(CAST(c.recouped_gbp_m AS DOUBLE) / nullif(c.drawn_in_all_gbp_m, 0), 0) AS share,
    TRUE AS leaves_balance,
    'computed' AS kind,
    c.source_id
FROM capped AS c
