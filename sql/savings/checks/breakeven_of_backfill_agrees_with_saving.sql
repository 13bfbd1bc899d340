-- table: savings.breakeven
-- identity: R1
-- severity: error
-- title: The backfill a programme can bear is what its saving leaves over, from every perspective.
-- remedy: Filling a post counts differently from what the post saved; compare the weights in appraisal_perspective.csv.
WITH central AS (
    SELECT
        max(CASE WHEN p.parameter_id = 'rehire_share' THEN p.value END) AS rehired,
        max(CASE WHEN p.parameter_id = 'non_pay_saving_per_post_gbp' THEN p.value END) AS non_pay_gbp
    FROM evidence.parameter_value AS p
    WHERE p.is_current
),

stated AS (
    SELECT
        o.scenario_id,
        max(CASE WHEN o.parameter_id = 'rehire_share' THEN o.value END) AS rehired,
        max(CASE WHEN o.parameter_id = 'non_pay_saving_per_post_gbp' THEN o.value END) AS non_pay_gbp
    FROM evidence.scenario_override AS o
    GROUP BY o.scenario_id
),

-- Where something else than staff is saved, or lost, the two answer different questions.
lever AS (
    SELECT
        b.scenario_id,
        b.perspective,
        b.accounting_basis,
        b.horizon_years,
        max(CASE WHEN b.lever = 'backfill' THEN b.scenario_value END) AS backfill_share,
        max(CASE WHEN b.lever = 'backfill' THEN b.breakeven_value END) AS bearable_share,
        max(CASE WHEN b.lever = 'saving' THEN b.breakeven_value END) AS needed_share
    FROM savings.breakeven AS b
    CROSS JOIN central AS c
    LEFT JOIN stated AS s ON s.scenario_id = b.scenario_id
    WHERE coalesce(s.rehired, c.rehired) = 0 AND coalesce(s.non_pay_gbp, c.non_pay_gbp) = 0
    GROUP BY b.scenario_id, b.perspective, b.accounting_basis, b.horizon_years
)

SELECT
    l.scenario_id,
    l.perspective,
    l.accounting_basis,
    l.horizon_years,
    1 - l.needed_share * (1 - l.backfill_share) AS expected_bearable_share,
    l.bearable_share AS actual_bearable_share
FROM lever AS l
-- Flows are whole pounds, so backfill is the share of each part to within half a pound.
WHERE abs(l.bearable_share - 1 + l.needed_share * (1 - l.backfill_share)) > 1e-6
