-- question: Does the £18.76 envelope agree with the headcount cut in my board?
-- answer: {% set agree, short, far = where(verdict='about agrees')|count, where(verdict='the cut falls short of the envelope')|count, where(verdict='the cut goes further than the envelope asks')|count %}
-- answer: {{ 'Yes' if agree == rows|count else 'Only partly' if agree else 'No' }}: of {{ rows|count }} boards it agrees in {{ agree }}, the cut falls short of the envelope in {{ short }} and goes further in {{ far }};
-- answer: {{ rows|selectattr('headcount', 'eq', 'imputed')|list|count }} of the headcounts are imputed, so that is no more than a sign (as known on {{ rows[0].known_by|day }}).
-- how to read: One row for each board of now; find yours by its code or name. figures says whether staff, cost of an exit and allowance are imputed. envelope is the target per head times population; bottom_up is what the staff who stay would cost in a year with everything that is not pay. gap_pct above zero: the cut leaves more than the envelope allows, and cut_to_meet_pct is the cut that would meet it. All of it rests on a headcount that is shared out, on one cost of a post for all boards and on an assumed share that is not pay, so a gap of a tenth or less counts as agreement. cut_said_locally_pct is the cut that was told of the board itself, of its staff or of its running costs, where that is held; no figure of the model rests on it. running_cost_cut_of_2023_pct is what all boards were told to take out two years before, for comparison. The target is for regions as a whole and leaves room between boards.
WITH said AS (
    SELECT
        s.ods_code,
        max(s.value_central) AS cut_pct,
        max(CASE s.measure_id WHEN 'headcount_cut_pct' THEN 'staff' ELSE 'running costs' END) AS cut_of
    FROM workforce.stated_staffing AS s
    WHERE s.measure_id IN ('headcount_cut_pct', 'running_cost_cut_pct') AND s.ods_code IS NOT NULL
    GROUP BY s.ods_code
)

SELECT
    e.ods_code,
    e.name,
    e.figures_kind AS figures,
    e.staff_rounded,
    round(e.cut_pct, 1) AS cut_pct,
    round(e.target_running_cost_gbp_m, 1) AS envelope_gbp_m,
    round(e.bottom_up_running_cost_gbp_m, 1) AS bottom_up_gbp_m,
    round(e.envelope_gap_pct, 1) AS gap_pct,
    round(e.cut_to_meet_envelope_pct, 1) AS cut_to_meet_pct,
    CASE
        WHEN abs(e.envelope_gap_pct) <= t.value THEN 'about agrees'
        WHEN e.envelope_gap_pct > 0 THEN 'the cut falls short of the envelope'
        ELSE 'the cut goes further than the envelope asks'
    END AS verdict,
    said.cut_pct AS cut_said_locally_pct,
    said.cut_of AS cut_said_locally_of,
    cut_before.value_central AS running_cost_cut_of_2023_pct,
    e.headcount_kind AS headcount,
    (SELECT max(v.known_from) FROM evidence.vintage AS v) AS known_by
FROM savings.organisation_exposure AS e
INNER JOIN evidence.parameter_value AS t ON t.parameter_id = 'about_tolerance_pct' AND t.is_current
LEFT JOIN said ON said.ods_code = e.ods_code
LEFT JOIN raw.precedent AS cut_before
    ON cut_before.episode = 'icb_running_cost_cut_2023' AND cut_before.measure_id = 'running_cost_cut_pct'
WHERE e.scenario_id = 'best_estimate' AND e.target_running_cost_gbp_m IS NOT NULL
ORDER BY e.envelope_gap_pct DESC, e.ods_code
