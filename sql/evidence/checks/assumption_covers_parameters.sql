-- table: evidence.assumption
-- identity: M7
-- severity: error
-- title: Every estimate, piece of background knowledge and range among the parameters stands in the assumptions log.
-- remedy: Build evidence.assumption again; if a row of seeds/evidence/assumption.csv names no parameter, correct its name.
SELECT
    p.parameter_id,
    p.valid_from,
    p.confidence,
    'stands in no assumption' AS found
FROM evidence.parameter_value AS p
LEFT JOIN evidence.assumption AS a ON a.parameter_id = p.parameter_id AND a.valid_from = p.valid_from
WHERE (p.confidence IN ('E', 'K') OR p.low < p.high) AND a.assumption_id IS NULL
UNION ALL
SELECT
    r.parameter_id,
    CAST(NULL AS DATE) AS valid_from,
    CAST(NULL AS VARCHAR) AS confidence,
    'is named by an assumption and is no parameter' AS found
FROM raw.assumption AS r
LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = r.parameter_id
WHERE r.parameter_id IS NOT NULL AND p.parameter_id IS NULL
UNION ALL
SELECT
    r.assumption_id AS parameter_id,
    CAST(NULL AS DATE) AS valid_from,
    r.confidence,
    'is an assumption of its own and was lost' AS found
FROM raw.assumption AS r
LEFT JOIN evidence.assumption AS a ON a.assumption_id = r.assumption_id
WHERE r.parameter_id IS NULL AND a.assumption_id IS NULL
