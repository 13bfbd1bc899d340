-- question: Is "no new money" true?
-- answer: {% set side = 'official_reprofile' if row(interpretation='official_reprofile') else 'press_overspend' %}
-- answer: {% set cash, real, worth = row(interpretation=side, profile_id='as_agreed', test='cash'), row(interpretation=side, profile_id='as_agreed', test='real'), row(interpretation=side, profile_id='as_agreed', test='present_value') %}
-- answer: {% set passed = [cash.is_true, real.is_true, worth.is_true] %}
-- answer: {{ 'Yes' if passed|min else 'Only partly' if passed|max else 'No' }}: of the {{ cash.drawn_gbp_m|money }} drawn {{ cash.recouped_gbp_m|money }} is taken back in cash,
-- answer: {% if real.is_true %}and as much in {{ real.base_fy }} prices{% else %}but in {{ real.base_fy }} prices the service {{ 'keeps' if real.kept_gbp_m > 0 else 'loses' }} {{ real.kept_gbp_m|abs|money }}{% endif %}
-- answer: {% if worth.is_true %}and in present value{% else %}and in present value {{ worth.kept_gbp_m|abs|money }}{% endif %}, if it comes back as agreed{% if cash.is_split_estimated %}, by an estimate of the years: no document splits it{% endif %} (as known on {{ cash.known_by|day }}).
-- how to read: For each reading of the deal and each way of taking the advance back, what is drawn less what is taken back, three ways: in cash, in 2025-26 prices, and in present value. true means that the sum is zero to the nearest £1m. In cash it is true wherever all is taken back; in real terms and in present value money given back later is worth less, and kept_gbp_m is what the service keeps, below zero what it loses. The official reading follows the £860m; the press's is £1bn.
-- in words: overspend.neutrality
WITH split AS (
    SELECT
        i.interpretation,
        max(CASE WHEN i.low_gbp_m < i.high_gbp_m THEN 1 ELSE 0 END) = 1 AS is_split_estimated
    FROM overspend.instrument AS i
    GROUP BY i.interpretation
)

SELECT
    n.interpretation,
    n.profile_id,
    n.test,
    n.passes AS is_true,
    n.sum_gbp_m AS kept_gbp_m,
    n.drawn_gbp_m,
    n.recouped_gbp_m,
    n.base_fy,
    n.discount_rate_pct,
    n.tolerance_gbp_m,
    coalesce(s.is_split_estimated, FALSE) AS is_split_estimated,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM overspend.neutrality AS n
LEFT JOIN split AS s ON s.interpretation = n.interpretation
ORDER BY n.interpretation, n.profile_id, n.test
