-- table: savings.exit_wave
-- identity: M5
-- severity: error
-- title: No wave is known before its source.
-- remedy: Take the day from the latest of the inputs, in sql/savings/exit_wave.sql.
SELECT
    w.wave_id,
    w.source_id,
    s.known_from AS expected_not_before,
    w.known_from AS actual_known_from
FROM savings.exit_wave AS w
INNER JOIN evidence.source AS s ON s.source_id = w.source_id
WHERE w.known_from < s.known_from
