-- table: workforce.successor
-- identity: W7
-- severity: error
-- title: Every organisation is followed by itself or by its successors, whose shares run on from zero to one.
-- remedy: Compare workforce.successor with workforce.succession; a person would be counted twice or not at all.
WITH code AS (
    SELECT DISTINCT o.ods_code
    FROM workforce.organisation AS o
),

reached AS (
    SELECT
        s.ods_code,
        min(s.share_from) AS first_from,
        max(s.share_to) AS last_to,
        sum(s.share) AS share,
        max(abs(s.share_to - s.share_from - s.share)) AS off
    FROM workforce.successor AS s
    GROUP BY s.ods_code
)

SELECT
    c.ods_code,
    1 AS expected_share,
    r.share AS actual_share,
    r.first_from AS actual_from,
    r.last_to AS actual_to,
    r.off AS actual_off
FROM code AS c
LEFT JOIN reached AS r ON r.ods_code = c.ods_code
WHERE
    r.share IS NULL
    OR abs(r.share - 1) > 1e-6
    OR r.first_from <> 0
    OR abs(r.last_to - 1) > 1e-6
    OR r.off > 1e-6
