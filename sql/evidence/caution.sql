SELECT c.*
FROM raw.caution AS c
