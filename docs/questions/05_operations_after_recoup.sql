-- question: How many operations does the net saving buy each year after recoup?
-- how to read: One row for each year and each way in which the advance is taken back, for the modelled saving of the official reading at the reported ratio. gross is what the saving buys, after_exit_cost what is left after the year's redundancies, after_recoup after what is taken back that year, after_both after the two together; real counts an operation that gets dearer with all prices since 2025-26. A number below zero is a year in which the money runs the other way. The ratio is reported, not an estimate of what surgery costs or of how much of it could be done.
SELECT
    o.profile_id,
    o.fy,
    o.saving_gbp_m,
    o.exit_cost_gbp_m,
    o.recouped_gbp_m,
    round(o.operations_gross) AS gross,
    round(o.operations_net_of_exit_cost) AS after_exit_cost,
    round(o.operations_net_of_recoup) AS after_recoup,
    round(o.operations_net) AS after_both,
    round(o.operations_net_real) AS after_both_real
FROM overspend.operations_bought AS o
WHERE o.case_id = 'best_estimate' AND o.ratio_id = 'reported'
ORDER BY o.profile_id, o.fy
