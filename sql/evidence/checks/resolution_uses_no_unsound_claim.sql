-- table: evidence.resolution_claim
-- identity: M3
-- severity: error
-- title: No garbled claim and none that arithmetic rules out is used, and the reason says whether a claim is used.
-- remedy: Look at the rules of the resolution; a claim known to be infeasible at a vintage may not be behind a figure.
SELECT
    r.claim_id,
    r.vintage_id,
    r.reason,
    r.is_used,
    c.fidelity,
    max(x.infeasible_claim_id) AS infeasible_claim_id
FROM evidence.resolution_claim AS r
INNER JOIN evidence.claim AS c ON c.claim_id = r.claim_id
INNER JOIN evidence.vintage AS v ON v.vintage_id = r.vintage_id
LEFT JOIN evidence.contradiction AS x
    ON x.infeasible_claim_id = r.claim_id AND x.known_from <= v.known_from
GROUP BY r.claim_id, r.vintage_id, r.reason, r.is_used, c.fidelity
HAVING
    (r.is_used AND (c.fidelity = 'garbled' OR max(x.infeasible_claim_id) IS NOT NULL))
    OR r.is_used <> (r.reason IN ('chosen', 'agrees', 'in_hull', 'scenario'))
