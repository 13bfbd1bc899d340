-- table: savings.calibration
-- severity: error
-- title: Every published target and every drawn parameter is told before and after weighing.
-- remedy: Calibration is never silent; give the row back in nhs_assets/model/calibration.py.
WITH expected AS (
    SELECT
        'target' AS item_kind,
        t.target_id AS item_id
    FROM raw.calibration_target AS t
    UNION ALL
    SELECT
        'parameter' AS item_kind,
        u.parameter_id AS item_id
    FROM savings.uncertain_parameter AS u
    WHERE u.family <> 'exact'
)

SELECT
    e.item_kind,
    e.item_id AS missing_item
FROM expected AS e
LEFT JOIN savings.calibration AS c ON c.item_kind = e.item_kind AND c.item_id = e.item_id
WHERE c.item_id IS NULL
