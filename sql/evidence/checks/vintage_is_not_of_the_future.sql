-- table: evidence.vintage
-- identity: M5
-- severity: error
-- title: No vintage is dated after today.
-- remedy: Correct the day in the vintage seed, or in the origin file of the vintage's folder; add what is still to come once it is there.
SELECT
    v.vintage_id,
    v.known_from AS actual_known_from,
    $today AS expected_at_most
FROM evidence.vintage AS v
WHERE v.known_from > $today
