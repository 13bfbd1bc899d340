-- The limit is charged when a cost is recognised, not when it is paid.
WITH net_saving AS (
    SELECT
        c.fy,
        sum(c.net_gbp_m) AS net_gbp_m,
        max(c.known_from) AS known_from
    FROM savings.cashflow_month AS c
    WHERE c.scenario_id = 'central' AND c.accounting_basis = 'accrual'
    GROUP BY c.fy
),

first_draw AS (
    SELECT
        i.interpretation,
        min(CASE WHEN i.delta_gbp_m > 0 THEN i.fy END) AS first_drawn_fy,
        sum(greatest(i.delta_gbp_m, 0)) AS drawn_in_all_gbp_m,
        max(i.known_from) AS known_from
    FROM overspend.instrument AS i
    GROUP BY i.interpretation
),

-- What the modelled saving could pay back in each year: nothing while the programme still costs more than it saves.
paying_year AS (
    SELECT
        i.interpretation,
        i.fy,
        i.delta_gbp_m,
        f.drawn_in_all_gbp_m,
        f.known_from,
        -- What the saving can pay back in a year rests on the saving of every year.
        greatest(f.known_from, coalesce(max(s.known_from) OVER (), f.known_from)) AS saving_known_from,
        max(CASE WHEN i.fy = f.first_drawn_fy THEN i.source_id END) OVER (
            PARTITION BY i.interpretation
        ) AS source_id,
        sum(greatest(i.delta_gbp_m, 0)) OVER (
            PARTITION BY i.interpretation ORDER BY i.fy ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS drawn_so_far_gbp_m,
        CASE WHEN i.fy > f.first_drawn_fy THEN greatest(coalesce(s.net_gbp_m, 0), 0) ELSE 0 END AS saving_gbp_m
    FROM overspend.instrument AS i
    INNER JOIN first_draw AS f ON f.interpretation = i.interpretation
    LEFT JOIN net_saving AS s ON s.fy = i.fy
),

stated_profile AS (
    SELECT
        r.profile_id,
        min(r.source_id) AS source_id,
        max(d.known_from) AS known_from,
        sum(r.share) = 0 AS leaves_balance
    FROM raw.recoup_profile AS r
    INNER JOIN evidence.source AS d ON d.source_id = r.source_id
    GROUP BY r.profile_id
),

stated AS (
    SELECT
        y.interpretation,
        p.profile_id,
        y.fy,
        coalesce(r.share, 0) AS share,
        p.leaves_balance,
        greatest(y.known_from, p.known_from) AS known_from,
        coalesce(r.source_id, p.source_id) AS source_id
    FROM paying_year AS y
    CROSS JOIN stated_profile AS p
    LEFT JOIN raw.recoup_profile AS r ON r.profile_id = p.profile_id AND r.fy = y.fy
),

as_agreed AS (
    SELECT
        y.interpretation,
        y.fy,
        coalesce(
            CAST(greatest(-y.delta_gbp_m, 0) AS DOUBLE) / nullif(CAST(y.drawn_in_all_gbp_m AS DOUBLE), 0), 0
        ) AS share,
        y.known_from,
        y.source_id
    FROM paying_year AS y
),

proportional AS (
    SELECT
        y.interpretation,
        y.fy,
        coalesce(
            CAST(y.saving_gbp_m AS DOUBLE)
            / nullif(CAST(sum(y.saving_gbp_m) OVER (PARTITION BY y.interpretation) AS DOUBLE), 0),
            0
        ) AS share,
        -- With no saving in any year there is nothing to follow, and the whole advance stays out.
        sum(y.saving_gbp_m) OVER (PARTITION BY y.interpretation) = 0 AS leaves_balance,
        y.saving_known_from AS known_from,
        y.source_id
    FROM paying_year AS y
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
        greatest(y.saving_known_from, cap.known_from) AS known_from,
        cap.source_id
    FROM paying_year AS y
    INNER JOIN evidence.parameter_value AS cap
        ON cap.parameter_id = 'recoup_cap_share_of_saving' AND cap.is_current
),

-- Each year takes back the balance or the cap, whichever is less. Summed up, that is the capacity so far less the
-- most that has been lost for want of a balance to take back.
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
        c.known_from,
        c.source_id
    FROM capped_year AS c
),

capped AS (
    SELECT
        t.interpretation,
        t.fy,
        coalesce(
            CAST(
                t.recouped_so_far_gbp_m
                - coalesce(lag(t.recouped_so_far_gbp_m) OVER (PARTITION BY t.interpretation ORDER BY t.fy), 0)
                AS DOUBLE
            ) / nullif(CAST(t.drawn_in_all_gbp_m AS DOUBLE), 0),
            0
        ) AS share,
        t.known_from,
        t.source_id
    FROM capped_total AS t
)

SELECT
    s.interpretation,
    s.profile_id,
    s.fy,
    CAST(s.share AS DOUBLE) AS share,
    s.leaves_balance,
    'stated' AS kind,
    s.source_id,
    s.known_from
FROM stated AS s
UNION ALL
SELECT
    a.interpretation,
    'as_agreed' AS profile_id,
    a.fy,
    a.share,
    FALSE AS leaves_balance,
    'computed' AS kind,
    a.source_id,
    a.known_from
FROM as_agreed AS a
UNION ALL
SELECT
    p.interpretation,
    'proportional_to_savings' AS profile_id,
    p.fy,
    p.share,
    p.leaves_balance,
    'computed' AS kind,
    p.source_id,
    p.known_from
FROM proportional AS p
UNION ALL
SELECT
    c.interpretation,
    'savings_capped' AS profile_id,
    c.fy,
    c.share,
    TRUE AS leaves_balance,
    'computed' AS kind,
    c.source_id,
    c.known_from
FROM capped AS c
