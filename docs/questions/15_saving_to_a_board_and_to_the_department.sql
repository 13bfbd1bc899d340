-- question: What is the saving to a board against the saving to the department's group?
-- how to read: Yearly saving of the modelled programme in £m of cash. seen_by_employer leaves out the pension contribution that is paid centrally (9.4% of pay), which no board sees in its own accounts; saved_by_group holds it. From April 2027 the department books what NHS England did. A national sum of what boards see falls short by paid_centrally; a board's own saving at the national rate is too high by it.
WITH yearly AS (
    SELECT
        s.fy,
        o.body,
        sum(s.amount_gbp_m) AS saved_by_group_gbp_m,
        sum(CASE WHEN s.component = 'pension_central' THEN s.amount_gbp_m ELSE 0 END) AS paid_centrally_gbp_m,
        sum(CASE WHEN s.component = 'pension_local' THEN s.amount_gbp_m ELSE 0 END) AS pension_local_gbp_m
    FROM savings.saving_month AS s
    INNER JOIN workforce.baseline AS o ON o.ods_code = s.ods_code
    WHERE s.scenario_id = 'best_estimate'
    GROUP BY s.fy, o.body
)

SELECT
    y.fy,
    y.body,
    y.saved_by_group_gbp_m - y.paid_centrally_gbp_m AS seen_by_employer_gbp_m,
    y.saved_by_group_gbp_m,
    y.pension_local_gbp_m,
    y.paid_centrally_gbp_m,
    round(y.paid_centrally_gbp_m / nullif(y.saved_by_group_gbp_m, 0) * 100, 2) AS centrally_pct
FROM yearly AS y
WHERE y.saved_by_group_gbp_m > 0
ORDER BY y.fy, y.body
