-- table: overspend.recoup_profile
-- identity: M5
-- severity: error
-- title: No way of taking the advance back is known before the reading and its document.
-- remedy: Take the day from the latest of the inputs, in sql/overspend/recoup_profile.sql.
WITH reading AS (
    SELECT
        i.interpretation,
        max(i.known_from) AS known_from
    FROM overspend.instrument AS i
    GROUP BY i.interpretation
)

SELECT
    p.interpretation,
    p.profile_id,
    p.fy,
    greatest(r.known_from, s.known_from) AS expected_not_before,
    p.known_from AS actual_known_from
FROM overspend.recoup_profile AS p
INNER JOIN reading AS r ON r.interpretation = p.interpretation
INNER JOIN evidence.source AS s ON s.source_id = p.source_id
WHERE p.known_from < greatest(r.known_from, s.known_from)
