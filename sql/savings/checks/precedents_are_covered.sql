-- table: savings.backtest
-- severity: warn
-- title: What other reorganisations cost lies in the 80% range that the rest of the evidence predicts for them.
-- remedy: Say so beside the headline, with the direction: the model made such exits too cheap or too dear.
SELECT
    b.case_id,
    b.output,
    b.direction,
    b.predicted_p10 AS expected_at_least,
    b.predicted_p90 AS expected_at_most,
    b.actual_value AS actual
FROM savings.backtest AS b
WHERE NOT b.is_covered
