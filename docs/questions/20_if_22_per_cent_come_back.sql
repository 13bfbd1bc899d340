-- question: What if 22% are employed again within the service, as in 2010-13?
-- how to read: Saving by year of the best estimate and with returns, £m of cash. Leakage is what the returned cost, taken at the whole saving of a post, employer taxes with it, a year after leaving; clawback is redundancy pay that comes back once. The last column is what is left of the saving of the best estimate.
WITH year_saving AS (
    SELECT
        f.scenario_id,
        f.fy,
        sum(f.amount_gbp_m) AS saving_gbp_m,
        sum(CASE WHEN f.component IN ('rehire_leakage', 'rehire_employer_taxes') THEN f.amount_gbp_m ELSE 0 END) AS leakage_gbp_m,
        sum(CASE WHEN f.component = 'clawback' THEN f.amount_gbp_m ELSE 0 END) AS clawback_gbp_m
    FROM savings.scenario_flow AS f
    WHERE f.accounting_basis = 'both' AND f.scenario_id IN ('best_estimate', 'rehire_22pct')
    GROUP BY f.scenario_id, f.fy
)

SELECT
    r.fy,
    c.saving_gbp_m AS best_estimate_saving_gbp_m,
    r.leakage_gbp_m,
    r.clawback_gbp_m,
    r.saving_gbp_m,
    round(100 * CAST(r.saving_gbp_m AS DOUBLE) / nullif(CAST(c.saving_gbp_m AS DOUBLE), 0), 1) AS pct_of_best_estimate
FROM year_saving AS r
INNER JOIN year_saving AS c ON c.fy = r.fy AND c.scenario_id = 'best_estimate'
WHERE r.scenario_id = 'rehire_22pct'
ORDER BY r.fy
