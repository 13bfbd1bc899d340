-- table: evidence.vintage
-- identity: S7
-- severity: error
-- title: No two vintages became known on the same day, so each has one predecessor.
-- remedy: Give the vintages the days on which their figures could first be read, or merge them.
SELECT
    v.vintage_id,
    v.known_from AS actual_known_from,
    v.sequence AS actual_sequence,
    other.vintage_id AS other_vintage_id
FROM evidence.vintage AS v
INNER JOIN evidence.vintage AS other
    ON other.known_from = v.known_from AND other.vintage_id > v.vintage_id
