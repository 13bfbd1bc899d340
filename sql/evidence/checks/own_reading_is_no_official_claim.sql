-- table: evidence.claim
-- identity: M3
-- severity: error
-- title: What the project reads or works out from a document has no better grade than an unnamed report.
-- remedy: Look at the grade of a claim in sql/evidence/claim.sql; what a document does not say may not win by its grade.
SELECT
    c.claim_id,
    c.source_id,
    c.confidence,
    c.attribution,
    c.evidence_grade,
    c.claim_grade AS actual_claim_grade
FROM evidence.claim AS c
WHERE
    c.attribution = 'project'
    AND c.claim_grade IN ('A', 'B', 'C')
