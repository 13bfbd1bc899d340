-- question: Where does this number come from: the low end of the official funding gap?
-- answer: {% set cost, moved = row(kind='parameter', name='stated_programme_cost_gbp_m'), row(kind='parameter', name='reprofiled_amount_gbp_m') %}
-- answer: {{ rows[0].amount_gbp_m|money }} is the low end of the cost that officials put at {{ cost.amount_gbp_m|money }} or more in {{ row(kind='document', reached_from=cost.name).known_on|month }}, less the {{ moved.amount_gbp_m|money }} moved between years, as ministers said in {{ row(kind='document', reached_from=moved.name).known_on|month }}.
-- how to read: By kind and steps: the columns on the way with their expressions, then the parameters that the SELECTs name, the seed files that hold them, the documents behind them and the claims in those documents that state such a figure, with their place in characters. Parameters are all that the SELECT names: those of the press are there for its other rows. Another figure: change table, column and row in the first SELECT, or ask nhs-assets explain, which shows values too. amount_gbp_m is the figure itself and the low end of a parameter in £m, known_on the day of a document.
WITH RECURSIVE asked AS (
    SELECT
        'overspend.funding_gap' AS table_name,
        'gap_low_gbp_m' AS column_name,
        'reading_id = official_cost_against_reprofile' AS only_where
),

way AS (
    SELECT
        0 AS step,
        a.table_name,
        a.column_name,
        CAST(NULL AS VARCHAR) AS reached_from,
        CAST(NULL AS VARCHAR) AS only_where
    FROM asked AS a
    UNION
    SELECT
        w.step + 1 AS step,
        l.from_table AS table_name,
        l.from_column AS column_name,
        w.table_name AS reached_from,
        l.only_where
    FROM way AS w
    INNER JOIN audit.lineage AS l
        ON l.table_name = w.table_name AND (l.column_name = w.column_name OR w.column_name = '*')
    LEFT JOIN asked AS a ON a.table_name = l.table_name
    WHERE
        l.only_where IS NULL
        OR a.only_where IS NULL
        OR contains(concat(' or ', l.only_where, ' or '), concat(' or ', a.only_where, ' or '))
),

parameter AS (
    SELECT DISTINCT
        w.step + 1 AS step,
        w.table_name AS reached_from,
        p.parameter_id,
        p.value,
        p.low,
        p.high,
        p.unit,
        p.source_id,
        p.confidence
    FROM way AS w
    INNER JOIN audit.formula AS f ON f.table_name = w.table_name AND f.column_name = w.column_name
    INNER JOIN evidence.parameter_value AS p ON list_contains(string_split(f.parameters, ', '), p.parameter_id)
),

stated AS (
    SELECT DISTINCT
        p.step + 2 AS step,
        p.parameter_id,
        c.claim_id,
        c.source_id,
        c.summary,
        c.claim_grade,
        c.document,
        c.char_start,
        c.char_end,
        c.document_sha256
    FROM parameter AS p
    INNER JOIN evidence.claim AS c
        ON
            c.source_id = p.source_id
            AND c.unit = p.unit
            AND (c.value_central IN (p.value, p.low, p.high) OR c.value_low = p.low OR c.value_high = p.high)
)

SELECT
    w.step,
    'column' AS kind,
    concat(w.table_name, '.', w.column_name) AS name,
    w.reached_from,
    w.only_where,
    f.expression AS says,
    CAST(NULL AS VARCHAR) AS grade,
    f.file AS stands_in,
    CAST(NULL AS VARCHAR) AS url,
    CASE WHEN w.step = 0 THEN CAST(figure.gap_low_gbp_m AS DOUBLE) END AS amount_gbp_m,
    CAST(NULL AS DATE) AS known_on
FROM way AS w
LEFT JOIN overspend.funding_gap AS figure ON figure.reading_id = 'official_cost_against_reprofile'
LEFT JOIN audit.formula AS f ON f.table_name = w.table_name AND f.column_name = w.column_name
UNION ALL
SELECT DISTINCT
    p.step,
    'parameter' AS kind,
    p.parameter_id AS name,
    p.reached_from,
    CAST(NULL AS VARCHAR) AS only_where,
    CASE
        WHEN p.value IS NULL THEN concat(p.low, ' to ', p.high, ' ', p.unit)
        ELSE concat(p.value, ' (', p.low, ' to ', p.high, ') ', p.unit)
    END AS says,
    p.confidence AS grade,
    concat('seeds/', r.file) AS stands_in,
    CAST(NULL AS VARCHAR) AS url,
    CASE p.unit WHEN '£m' THEN p.low END AS amount_gbp_m,
    CAST(NULL AS DATE) AS known_on
FROM parameter AS p
INNER JOIN raw.parameter_value AS r ON r.parameter_id = p.parameter_id
UNION ALL
SELECT DISTINCT
    p.step + 1 AS step,
    'document' AS kind,
    s.source_id AS name,
    p.parameter_id AS reached_from,
    CAST(NULL AS VARCHAR) AS only_where,
    concat(s.publisher, ': ', s.title) AS says,
    s.evidence_grade AS grade,
    s.document AS stands_in,
    s.url,
    CAST(NULL AS DOUBLE) AS amount_gbp_m,
    s.known_from AS known_on
FROM parameter AS p
INNER JOIN evidence.source AS s ON s.source_id = p.source_id
UNION ALL
SELECT
    c.step,
    'claim' AS kind,
    c.claim_id AS name,
    c.parameter_id AS reached_from,
    CAST(NULL AS VARCHAR) AS only_where,
    c.summary AS says,
    c.claim_grade AS grade,
    CASE
        WHEN c.char_start IS NOT NULL
            THEN concat(c.document, ', characters ', c.char_start, ' to ', c.char_end, ', sha256 ', c.document_sha256)
        ELSE concat(c.source_id, ', no held copy')
    END AS stands_in,
    CAST(NULL AS VARCHAR) AS url,
    CAST(NULL AS DOUBLE) AS amount_gbp_m,
    CAST(NULL AS DATE) AS known_on
FROM stated AS c
UNION ALL
SELECT DISTINCT
    w.step + 1 AS step,
    'seed file' AS kind,
    s.file AS name,
    w.table_name AS reached_from,
    CAST(NULL AS VARCHAR) AS only_where,
    concat(s.publisher, ': ', s.title, '; ', s.licence) AS says,
    CAST(NULL AS VARCHAR) AS grade,
    concat('sha256 ', s.sha256) AS stands_in,
    s.url,
    CAST(NULL AS DOUBLE) AS amount_gbp_m,
    CAST(NULL AS DATE) AS known_on
FROM way AS w
INNER JOIN audit.seed_file AS s ON s.raw_table = w.table_name
WHERE
    w.table_name <> 'raw.parameter_value'
    OR s.file IN (
        SELECT concat('seeds/', r.file)
        FROM raw.parameter_value AS r
        INNER JOIN parameter AS n ON n.parameter_id = r.parameter_id
    )
ORDER BY step, kind, name, reached_from
