-- question: How many operations does the net saving buy each year after recoup?
-- answer: {% set agreed = where(profile_id='as_agreed') %}{% set last = agreed|last %}{% set paid = agreed|selectattr('after_both', 'gt', 0)|list %}
-- answer: {% if agreed|length > paid|length %}None in {{ agreed|rejectattr('after_both', 'gt', 0)|map(attribute='fy')|several }}, when exits and recoup take more than is saved{% endif %}
-- answer: {%- for year in paid %}{{ ' and ' if loop.last and loop.index0 else ', ' if loop.index0 or agreed|length > paid|length }}{{ year.after_both|whole(-2) }} {{ ranged(year.after_both_low|whole(-2), year.after_both_high|whole(-2)) }} in {{ year.fy }}{% endfor %}
-- answer: {#- #}, if the advance is taken back as agreed (as known on {{ last.known_by|day }}).
-- how to read: One row for each year and each way in which the advance is taken back, for the modelled saving of the official reading at the reported ratio. gross is what the saving buys, after_exit_cost what is left after the year's redundancies, after_recoup after what is taken back that year, after_both after the two together; real counts an operation that gets dearer with all prices since 2025-26. A number below zero is a year in which the money runs the other way. The ratio is reported, not an estimate of what surgery costs or of how much of it could be done. after_both_low and after_both_high are the 80% range of after_both given all evidence, empty as of a past day.
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
    round(o.operations_net_real) AS after_both_real,
    round(o.operations_net + (n.p10_gbp_m - n.principal_gbp_m) * 1000000 / o.unit_cost_gbp) AS after_both_low,
    round(o.operations_net + (n.p90_gbp_m - n.principal_gbp_m) * 1000000 / o.unit_cost_gbp) AS after_both_high,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.operations_bought AS o
LEFT JOIN savings.cashflow_year_range AS n
    ON n.fy = o.fy AND n.accounting_basis = 'accrual' AND n.quantity = 'net'
WHERE o.case_id = 'best_estimate' AND o.ratio_id = 'reported'
ORDER BY o.profile_id, o.fy
