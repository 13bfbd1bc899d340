SELECT
    s.*,
    p.name AS predecessor_name,
    f.name AS successor_name
FROM raw.succession AS s
INNER JOIN workforce.organisation AS p
    ON
        p.ods_code = s.predecessor_ods_code
        AND p.valid_from < s.succession_date
        AND p.valid_to >= s.succession_date - INTERVAL 1 DAY
INNER JOIN workforce.organisation AS f
    ON f.ods_code = s.successor_ods_code AND f.valid_from = s.succession_date
