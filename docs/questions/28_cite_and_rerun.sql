-- question: Can I cite this and make it again?
-- answer: {% set cite, rerun, code, seeds = row(fact='how_to_cite'), row(fact='how_to_rerun'), row(fact='code_sha256'), row(fact='seed_files') %}
-- answer: {% if cite and rerun and code and seeds %}Yes: cite it as “{{ cite.stated_as }}”, and run “{{ rerun.stated_as }}” on the code with checksum {{ code.stated_as[:12] }} and the {{ seeds.stated_as }} seed files and locked packages named below (facts known on {{ rows[0].known_by|day }}).
-- answer: {% else %}No: what it takes to cite it or to make it again is not recorded (facts known on {{ rows[0].known_by|day }}).{% endif %}
-- how to read: Cite with the words of how_to_cite. To make it again, take the seeds, the code and the locked packages that the checksums name and run what how_to_rerun says; the same inputs give the same rows here and the same digits in the version. Seed files with publisher and licence follow the facts of the run.
SELECT
    'run' AS about,
    m.fact,
    m.stated_as,
    m.meaning,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM audit.run_manifest AS m
UNION ALL
SELECT
    'seed' AS about,
    s.file AS fact,
    s.sha256 AS stated_as,
    concat(s.publisher, '; ', s.title, '; licence: ', s.licence) AS meaning,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM audit.seed_file AS s
ORDER BY about, fact
