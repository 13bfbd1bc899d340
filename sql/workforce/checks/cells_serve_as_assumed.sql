-- table: workforce.cell
-- severity: error
-- title: The mean complete years of service over the imputed cells of an organisation are those assumed for its terms.
-- remedy: Spread of service and its mean do not go together; look at service_shape and mean_reckonable_service_years.
WITH served AS (
    SELECT
        c.ods_code,
        c.employer_terms,
        sum(c.posts * c.mean_service_years) / nullif(sum(c.posts), 0) AS years
    FROM workforce.cell AS c
    WHERE c.origin_kind = 'imputed'
    GROUP BY c.ods_code, c.employer_terms
)

SELECT
    s.ods_code,
    s.employer_terms,
    p.value AS expected_years,
    s.years AS actual_years
FROM served AS s
LEFT JOIN evidence.parameter_value AS p
    ON p.parameter_id = concat('mean_reckonable_service_years_', s.employer_terms) AND p.is_current
WHERE p.value IS NULL OR abs(s.years - p.value) * 1000 > 1
