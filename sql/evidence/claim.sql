WITH tolerance AS (
    SELECT p.value / 100 AS about_share
    FROM raw.parameter_value AS p
    WHERE p.parameter_id = 'about_tolerance_pct'
),

stated AS (
    SELECT
        c.claim_id,
        coalesce(
            c.value_low,
            c.value_central,
            c.value_high,
            year(c.value_date) * 100 * 100 + month(c.value_date) * 100 + day(c.value_date)
        ) AS lowest,
        coalesce(
            c.value_high,
            c.value_central,
            c.value_low,
            year(c.value_date) * 100 * 100 + month(c.value_date) * 100 + day(c.value_date)
        ) AS highest,
        CASE
            WHEN c.qualifier = 'about' AND m.stock_or_flow <> 'date'
                THEN t.about_share * abs(coalesce(c.value_central, c.value_low, c.value_high))
            ELSE 0
        END AS margin
    FROM raw.claim AS c
    INNER JOIN raw.measure AS m ON m.measure_id = c.measure_id
    CROSS JOIN tolerance AS t
),

written AS (
    SELECT
        s.*,
        rtrim(rtrim(CAST(CAST(s.lowest AS DECIMAL(18, 6)) AS VARCHAR), '0'), '.') AS lowest_text,
        rtrim(rtrim(CAST(CAST(s.highest AS DECIMAL(18, 6)) AS VARCHAR), '0'), '.') AS highest_text
    FROM stated AS s
),

typed AS (
    SELECT
        c.*,
        s.evidence_grade,
        CASE
            -- What the project reads or works out from a document is not what the document says, however good it is.
            WHEN s.evidence_grade IN ('A', 'B', 'C') AND c.attribution = 'project' THEN 'D'
            WHEN s.evidence_grade = 'C' AND c.attribution IN ('unnamed_source', 'article_voice') THEN 'D'
            ELSE s.evidence_grade
        END AS claim_grade,
        s.origin_group,
        a.party,
        s.document,
        s.document_characters,
        CASE
            WHEN NOT m.period_matters THEN 'whole'
            WHEN c.period_from_fy IS NULL AND c.period_to_fy IS NULL THEN 'not_stated'
            WHEN c.period_from_fy = c.period_to_fy THEN concat('fy_', replace(c.period_to_fy, '-', '_'))
            WHEN c.period_from_fy IS NULL THEN concat('to_', replace(c.period_to_fy, '-', '_'))
            WHEN c.period_to_fy IS NULL THEN concat('from_', replace(c.period_from_fy, '-', '_'))
            ELSE concat('fy_', replace(c.period_from_fy, '-', '_'), '_to_', replace(c.period_to_fy, '-', '_'))
        END AS period_id,
        CASE
            WHEN c.value_date IS NOT NULL THEN CAST(c.value_date AS VARCHAR)
            WHEN w.lowest <> w.highest THEN concat(w.lowest_text, ' to ', w.highest_text)
            ELSE w.lowest_text
        END AS value_text,
        CASE WHEN c.qualifier <> 'up_to' THEN CAST(w.lowest - w.margin AS DOUBLE) END AS allows_low,
        CASE
            WHEN c.qualifier NOT IN ('more_than', 'at_least', 'vague') THEN CAST(w.highest + w.margin AS DOUBLE)
        END AS allows_high
    FROM raw.claim AS c
    INNER JOIN evidence.source AS s ON s.source_id = c.source_id
    INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id
    INNER JOIN raw.claimant AS a ON a.claimant = c.claimant
    INNER JOIN written AS w ON w.claim_id = c.claim_id
)

SELECT
    t.*,
    first_value(t.claim_id) OVER (
        PARTITION BY
            t.origin_group,
            t.measure_id,
            t.scope_id,
            t.period_id,
            t.price_basis,
            t.fidelity,
            t.value_text,
            t.allows_low,
            t.allows_high
        ORDER BY t.known_from, t.claim_grade, t.claim_id
    ) AS reading_claim_id
FROM typed AS t
