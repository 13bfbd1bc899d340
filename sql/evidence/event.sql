SELECT e.*
FROM raw.event AS e
