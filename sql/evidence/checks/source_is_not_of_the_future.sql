-- table: evidence.source
-- identity: M5
-- severity: error
-- title: No document is dated after today.
-- remedy: Correct the day of publication in the source seed, or in the origin file of its vintage.
SELECT
    s.source_id,
    s.known_from AS actual_known_from,
    $today AS expected_at_most
FROM evidence.source AS s
WHERE s.known_from > $today
