-- table: workforce.baseline_before_succession
-- identity: W4
-- severity: error
-- title: The headcounts of a body's organisations sum to the headcount marked as central for that body.
-- remedy: Mark exactly one estimate of each headcount as central, and give every organisation of the body staff data.
WITH stated AS (
    SELECT
        e.body,
        sum(e.value_central) AS heads,
        count(*) AS estimates
    FROM workforce.stated_staffing AS e
    WHERE e.is_central AND e.measure_id = concat('headcount_', e.body)
    GROUP BY e.body
),

held AS (
    SELECT
        b.body,
        sum(b.headcount) AS heads,
        sum(CASE WHEN b.headcount IS NULL THEN 1 ELSE 0 END) AS without_headcount
    FROM workforce.baseline_before_succession AS b
    GROUP BY b.body
)

SELECT
    s.body,
    s.heads AS expected_heads,
    h.heads AS actual_heads,
    s.estimates AS actual_central_estimates,
    CAST(h.without_headcount AS BIGINT) AS actual_organisations_without_headcount
FROM stated AS s
LEFT JOIN held AS h ON h.body = s.body
WHERE
    h.body IS NULL
    OR h.heads IS NULL
    OR s.estimates <> 1
    OR h.without_headcount > 0
    OR abs(h.heads - s.heads) > 1e-6
