-- table: workforce.population_reconciliation
-- identity: W6
-- severity: error
-- title: Boards less the recorded difference equal the practice file, and rounding each board can explain the difference.
-- remedy: Compare the population of each board with the practice file; the difference says how many people are missing.
WITH laid_out AS (
    SELECT
        max(CASE WHEN p.population_id = 'sum_of_boards' THEN p.people END) AS boards_people,
        max(CASE WHEN p.population_id = 'sum_of_boards' THEN p.boards END) AS boards,
        max(CASE WHEN p.population_id = 'practice_file' THEN p.people END) AS file_people,
        max(CASE WHEN p.population_id = 'difference' THEN p.people END) AS difference_people
    FROM workforce.population_reconciliation AS p
)

SELECT
    l.file_people AS expected_people,
    l.boards_people AS actual_people,
    l.difference_people AS actual_difference,
    l.boards / 2 AS expected_difference_at_most
FROM laid_out AS l
WHERE
    l.file_people IS NULL
    OR l.boards_people IS NULL
    OR l.difference_people IS NULL
    OR l.boards_people - l.difference_people <> l.file_people
    -- Rounding a board to a whole person moves it by half a person at most.
    OR abs(l.difference_people) > l.boards / 2
