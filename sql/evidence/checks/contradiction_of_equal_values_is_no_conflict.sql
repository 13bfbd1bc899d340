-- table: evidence.contradiction
-- identity: M3
-- severity: error
-- title: Two claims with the same value are no conflict, unless a person judged that they are.
-- remedy: Give the judgement its nature in seeds/evidence/contradiction_judgement.csv, or mend the rule that found the pair.
SELECT
    x.claim_a,
    x.claim_b,
    x.conflict_type,
    x.difference,
    x.nature AS actual_nature
FROM evidence.contradiction AS x
WHERE
    (x.nature = 'conflict' AND x.difference = 0)
    OR (x.nature IN ('omission', 'wording') AND x.difference <> 0)
