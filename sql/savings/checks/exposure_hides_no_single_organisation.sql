-- table: savings.organisation_exposure
-- identity: P1
-- severity: error
-- title: Where one organisation's counts are kept back, so are another's, so that the total does not give it away.
-- remedy: Publish counts through nhs_assets/model/suppression.py alone; it keeps a second count back.
SELECT
    e.scenario_id,
    CAST(count(*) AS BIGINT) AS organisations_kept_back
FROM savings.organisation_exposure AS e
WHERE e.counts_suppressed
GROUP BY e.scenario_id
HAVING count(*) = 1
