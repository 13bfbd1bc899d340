-- table: evidence.source
-- identity: M1
-- severity: error
-- title: Every row of a seed names a document that is in the list of sources.
-- remedy: Correct the source_id in the seed, or add the document to seeds/evidence/source.csv.
WITH named AS (
    SELECT
        'raw.settlement_plan' AS raw_table,
        r.source_id
    FROM raw.settlement_plan AS r
    UNION ALL
    SELECT
        'raw.gdp_deflator' AS raw_table,
        r.source_id
    FROM raw.gdp_deflator AS r
    UNION ALL
    SELECT
        'raw.plan_change_reason' AS raw_table,
        r.source_id
    FROM raw.plan_change_reason AS r
    UNION ALL
    SELECT
        'raw.published_headline' AS raw_table,
        r.source_id
    FROM raw.published_headline AS r
    UNION ALL
    SELECT
        'raw.in_year_pressure' AS raw_table,
        r.source_id
    FROM raw.in_year_pressure AS r
    UNION ALL
    SELECT
        'raw.recoup_profile' AS raw_table,
        r.source_id
    FROM raw.recoup_profile AS r
    UNION ALL
    SELECT
        'raw.appraisal_perspective' AS raw_table,
        r.source_id
    FROM raw.appraisal_perspective AS r
    UNION ALL
    SELECT
        'raw.organisation' AS raw_table,
        r.source_id
    FROM raw.organisation AS r
    UNION ALL
    SELECT
        'raw.staff_month' AS raw_table,
        r.source_id
    FROM raw.staff_month AS r
    UNION ALL
    SELECT
        'raw.staffing_estimate' AS raw_table,
        r.source_id
    FROM raw.staffing_estimate AS r
    UNION ALL
    SELECT
        'raw.pay_point' AS raw_table,
        r.source_id
    FROM raw.pay_point AS r
    UNION ALL
    SELECT
        'raw.band_age_mix' AS raw_table,
        r.source_id
    FROM raw.band_age_mix AS r
    UNION ALL
    SELECT
        'raw.exit_wave' AS raw_table,
        r.source_id
    FROM raw.exit_wave AS r
    UNION ALL
    SELECT
        'raw.precedent' AS raw_table,
        r.source_id
    FROM raw.precedent AS r
    UNION ALL
    SELECT
        'raw.backtest_case' AS raw_table,
        r.source_id
    FROM raw.backtest_case AS r
    UNION ALL
    SELECT
        'raw.correction' AS raw_table,
        r.source_id
    FROM raw.correction AS r
    UNION ALL
    SELECT
        'raw.staff_group_month' AS raw_table,
        r.source_id
    FROM raw.staff_group_month AS r
    UNION ALL
    SELECT
        'raw.staff_grade_month' AS raw_table,
        r.source_id
    FROM raw.staff_grade_month AS r
    UNION ALL
    SELECT
        'raw.board_population' AS raw_table,
        r.source_id
    FROM raw.board_population AS r
    UNION ALL
    SELECT
        'raw.treasury_deflator' AS raw_table,
        r.source_id
    FROM raw.treasury_deflator AS r
)

SELECT
    n.raw_table,
    n.source_id,
    CAST(count(*) AS BIGINT) AS rows_that_name_it
FROM named AS n
LEFT JOIN evidence.source AS s ON s.source_id = n.source_id
WHERE s.source_id IS NULL
GROUP BY n.raw_table, n.source_id
