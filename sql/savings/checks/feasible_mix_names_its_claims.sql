-- table: savings.feasible_set
-- severity: error
-- title: A mix of leavers is consistent exactly where it names the claims it agrees with; some mixes are, some are not.
-- remedy: Compare the implied cost with the claims of measure programme_cost; see nhs_assets/model/feasible.py.
WITH found AS (
    SELECT
        sum(CASE WHEN f.is_consistent THEN 1 ELSE 0 END) AS consistent,
        count(*) AS mixes
    FROM savings.feasible_set AS f
)

SELECT
    f.paid_exits,
    f.mean_service_years,
    f.mean_pay_gbp,
    f.is_consistent,
    f.consistent_claim_ids
FROM savings.feasible_set AS f
CROSS JOIN found AS n
WHERE (f.consistent_claim_ids IS NULL) = f.is_consistent OR n.consistent = 0 OR n.consistent = n.mixes
