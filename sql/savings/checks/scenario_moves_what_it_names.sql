-- table: savings.scenario_flow
-- severity: error
-- title: A scenario moves cost and saving if it says so, and only then.
-- remedy: Name under moves in the scenario's file what it is to move, and set nothing that moves anything else.
-- Flows are rounded to the pound, and there are fewer than this many of them in a scenario.
WITH rounding AS (
    SELECT CAST(count(*) AS DOUBLE) / 1000000 AS gbp_m
    FROM savings.scenario_flow AS f
    WHERE f.scenario_id = 'best_estimate'
),

total AS (
    SELECT
        f.scenario_id,
        sum(CASE WHEN f.accounting_basis = 'accrual' THEN f.amount_gbp_m ELSE 0 END) AS cost_gbp_m,
        sum(CASE WHEN f.accounting_basis = 'both' THEN f.amount_gbp_m ELSE 0 END) AS saving_gbp_m
    FROM savings.scenario_flow AS f
    GROUP BY f.scenario_id
),

moved AS (
    SELECT
        s.scenario_id,
        s.moves_cost,
        s.moves_saving,
        t.cost_gbp_m - b.cost_gbp_m AS cost_moved_gbp_m,
        t.saving_gbp_m - b.saving_gbp_m AS saving_moved_gbp_m
    FROM evidence.scenario AS s
    INNER JOIN total AS t ON t.scenario_id = s.scenario_id
    INNER JOIN total AS b ON b.scenario_id = 'best_estimate'
)

SELECT
    m.scenario_id,
    m.moves_cost AS expected_cost_to_move,
    m.cost_moved_gbp_m AS actual_cost_moved_gbp_m,
    m.moves_saving AS expected_saving_to_move,
    m.saving_moved_gbp_m AS actual_saving_moved_gbp_m
FROM moved AS m
CROSS JOIN rounding AS r
WHERE
    m.moves_cost IS NULL
    OR m.moves_saving IS NULL
    OR m.moves_cost <> (abs(m.cost_moved_gbp_m) > r.gbp_m)
    OR m.moves_saving <> (abs(m.saving_moved_gbp_m) > r.gbp_m)
