SELECT o.*
FROM raw.organisation AS o
