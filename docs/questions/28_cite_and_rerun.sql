-- question: Can I cite this and make it again?
-- how to read: Cite with the words of how_to_cite and the version in data/published/current/manifest.json. To make it again, take the seeds, the code and the locked packages that the checksums name and run what how_to_rerun says; the same inputs give the same rows here and the same digits in the version. Seed files with publisher and licence follow the facts of the run.
SELECT
    'run' AS about,
    m.fact,
    m.stated_as,
    m.meaning
FROM audit.run_manifest AS m
UNION ALL
SELECT
    'seed' AS about,
    s.file AS fact,
    s.sha256 AS stated_as,
    concat(s.publisher, '; ', s.title, '; licence: ', s.licence) AS meaning
FROM audit.seed_file AS s
ORDER BY about, fact
