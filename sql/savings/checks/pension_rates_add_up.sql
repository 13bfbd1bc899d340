-- table: savings.saving_month
-- identity: X9
-- severity: error
-- title: The local and the central rate of the NHS scheme sum to the whole rate, and pensions save their rates of the pay saved.
-- remedy: A pension parameter was changed alone; take the three of the NHS scheme from one notice.
WITH rate AS (
    SELECT
        max(CASE WHEN p.parameter_id = 'pension_local_pct' THEN p.value END) AS local_pct,
        max(CASE WHEN p.parameter_id = 'pension_central_pct' THEN p.value END) AS central_pct,
        max(CASE WHEN p.parameter_id = 'pension_total_with_levy_pct' THEN p.value END) AS total_pct,
        max(CASE WHEN p.parameter_id = 'pension_civil_service_pct' THEN p.value END) AS civil_service_pct
    FROM evidence.parameter_value AS p
    WHERE p.is_current
),

body AS (
    SELECT
        o.ods_code,
        max(o.employer_terms) AS employer_terms,
        min(o.transfers_on) AS transfers_on
    FROM workforce.organisation AS o
    GROUP BY o.ods_code
),

-- From the month in which another body's posts arrive, one organisation books pay on two sets of terms.
arrival AS (
    SELECT
        o.receiving_ods_code AS ods_code,
        min(o.transfers_on) AS first_on
    FROM workforce.organisation AS o
    WHERE o.receiving_ods_code IS NOT NULL
    GROUP BY o.receiving_ods_code
),

saved AS (
    SELECT
        b.employer_terms,
        sum(CASE WHEN s.component = 'pay' THEN CAST(s.amount_gbp_m AS DOUBLE) ELSE 0 END) AS pay_gbp_m,
        sum(CASE WHEN s.component = 'pension_local' THEN CAST(s.amount_gbp_m AS DOUBLE) ELSE 0 END) AS local_gbp_m,
        sum(CASE WHEN s.component = 'pension_central' THEN CAST(s.amount_gbp_m AS DOUBLE) ELSE 0 END) AS central_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN body AS b ON b.ods_code = s.ods_code
    LEFT JOIN arrival AS a ON a.ods_code = s.ods_code
    WHERE s.scenario_id = 'best_estimate' AND (a.first_on IS NULL OR s.month < date_trunc('month', a.first_on))
    GROUP BY b.employer_terms
),

terms AS (
    SELECT DISTINCT o.employer_terms
    FROM workforce.organisation AS o
    WHERE o.in_post_target
),

expected AS (
    SELECT
        t.employer_terms,
        s.pay_gbp_m,
        s.local_gbp_m,
        s.central_gbp_m,
        CASE WHEN t.employer_terms = 'civil_service' THEN r.civil_service_pct ELSE r.local_pct END AS local_pct,
        CASE WHEN t.employer_terms = 'civil_service' THEN 0 ELSE r.total_pct - r.local_pct END AS central_pct,
        r.local_pct + r.central_pct - r.total_pct AS left_over_pct
    FROM terms AS t
    CROSS JOIN rate AS r
    LEFT JOIN saved AS s ON s.employer_terms = t.employer_terms
)

SELECT
    e.employer_terms,
    e.left_over_pct,
    e.pay_gbp_m * e.local_pct / 100 AS expected_local_gbp_m,
    e.local_gbp_m AS actual_local_gbp_m,
    e.pay_gbp_m * e.central_pct / 100 AS expected_central_gbp_m,
    e.central_gbp_m AS actual_central_gbp_m
FROM expected AS e
WHERE
    e.left_over_pct IS NULL
    OR e.local_pct IS NULL
    OR e.pay_gbp_m IS NULL
    OR abs(e.left_over_pct) > 1e-6
    OR abs(e.local_gbp_m - e.pay_gbp_m * e.local_pct / 100) > 1e-6 * e.pay_gbp_m
    OR abs(e.central_gbp_m - e.pay_gbp_m * e.central_pct / 100) > 1e-6 * e.pay_gbp_m
