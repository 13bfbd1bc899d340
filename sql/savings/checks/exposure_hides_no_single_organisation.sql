-- table: savings.organisation_exposure
-- identity: P1
-- severity: error
-- title: Where one organisation's counts are suppressed, so are another's, so that the total does not reveal them.
-- remedy: Publish counts only through nhs_assets/model/suppression.py, which suppresses a second count.
SELECT
    e.scenario_id,
    CAST(count(*) AS BIGINT) AS organisations_kept_back
FROM savings.organisation_exposure AS e
WHERE e.counts_suppressed
GROUP BY e.scenario_id
HAVING count(*) = 1
