-- table: savings.headcount_month
-- identity: W3
-- severity: error
-- title: Posts that one body hands over another takes on in the same month: nationally, transfers net to nil.
-- remedy: The receiving body is not among the organisations, or the two sides are booked in different months.
SELECT
    h.scenario_id,
    h.month,
    sum(h.transfers_out) AS expected_transfers_in,
    sum(h.transfers_in) AS actual_transfers_in
FROM savings.headcount_month AS h
GROUP BY h.scenario_id, h.month
HAVING abs(sum(h.transfers_in) - sum(h.transfers_out)) > 1e-6
