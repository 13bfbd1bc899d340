-- table: savings.calibration
-- severity: error
-- title: Every target tells its gap, whether run 0 meets it, and how many draws do; no more draws meet all than any one.
-- remedy: Work the gap out from principal and target, and count the draws, in nhs_assets/model/calibration.py.
WITH target AS (
    SELECT
        c.item_id,
        c.gap,
        c.is_within,
        c.draws,
        c.draws_within,
        c.posterior_share_within,
        c.draws_within_all,
        least(c.principal - coalesce(c.target_low, c.principal), 0)
        + greatest(c.principal - coalesce(c.target_high, c.principal), 0) AS expected_gap
    FROM savings.calibration AS c
    WHERE c.item_kind = 'target'
)

SELECT
    t.item_id,
    t.expected_gap,
    t.gap AS actual_gap,
    t.is_within,
    t.draws_within,
    t.draws_within_all
FROM target AS t
WHERE
    t.gap IS NULL
    OR abs(t.gap - t.expected_gap) > 2 * 1e-6
    OR t.is_within IS NULL
    OR t.is_within <> (t.gap = 0)
    OR t.draws_within IS NULL
    OR t.draws_within > t.draws
    OR t.draws_within < t.draws_within_all
    OR t.posterior_share_within IS NULL
    OR (t.draws_within = 0 AND t.posterior_share_within > 0)
