-- table: workforce.succession
-- identity: W7
-- severity: error
-- title: A dissolved board has successors, which begin on the day after its end and are not dissolved themselves.
-- remedy: Complete seeds/workforce/succession.csv, or correct the last day of the board in the organisation seed.
WITH board AS (
    SELECT
        o.ods_code,
        max(coalesce(o.valid_to, DATE '9999-12-31')) AS last_day
    FROM workforce.organisation AS o
    WHERE o.body = 'icb'
    GROUP BY o.ods_code
),

-- An end that is announced is followed only once the successors are there.
newest AS (
    SELECT max(o.valid_from) AS opened_on
    FROM workforce.organisation AS o
)

SELECT
    b.ods_code,
    b.last_day,
    s.successor_ods_code,
    s.succession_date
FROM board AS b
CROSS JOIN newest AS n
LEFT JOIN workforce.succession AS s ON s.predecessor_ods_code = b.ods_code AND s.is_used
LEFT JOIN board AS f ON f.ods_code = s.successor_ods_code
WHERE
    (b.last_day < n.opened_on AND s.predecessor_ods_code IS NULL)
    OR s.succession_date - INTERVAL 1 DAY <> b.last_day
    OR f.last_day <= s.succession_date
