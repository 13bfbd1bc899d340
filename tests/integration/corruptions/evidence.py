"""Corruptions of sources, claims, measures, vintages and parameters."""

from datetime import date

import polars as pl

from tests.integration.corruptions import add, change, drop, more

CLAIM = {"claim_id": "C002"}
RANGE = {"claim_id": "C011"}
HORIZON = {"parameter_id": "appraisal_horizon_years"}
FIRST_AWARD = {"parameter_id": "pay_award_pct", "valid_from": date(2026, 4, 1)}
SECOND_AWARD = {"parameter_id": "pay_award_pct", "valid_from": date(2027, 4, 1)}
OVERSPEND = {"parameter_id": "press_overspend_gbp_m"}
FIRST_PLAN = {"vintage_id": "sr_2025_06", "fy": "2027-28", "line_id": "dhsc_rdel"}
PRECEDENT = {"episode": "nhs_digital_2018_19", "measure_id": "exits_local"}
AT_BUDGET = {"vintage_id": "budget_2025_11"}
SAVING = {"measure_id": "annual_saving"} | AT_BUDGET
POSTS = {"measure_id": "posts_removed", "scope_id": "all_three"} | AT_BUDGET
BELIEVED_BY_NONE = {"measure_id": "permitted_overspend_amount", "vintage_id": "written_answers_2025_12"}
HEADCOUNTS = {"claim_a": "O029", "claim_b": "O030"}
JUDGED = {"claim_a": "C029", "claim_b": "O002"}

FUTURE = date(2999, 1, 1)
BACKFILL = {"assumption_id": "backfill_share_20250401"}
OWN_WORDS = {"assumption_id": "voluntary_terms_for_all"}

SLIP = {"scenario_id": "slip_6m"}

CORRUPTIONS = {
    "scenario_override_is_kept": {
        "parameter not held": drop("evidence.scenario_override", SLIP),
        "value moved": change("evidence.scenario_override", SLIP, value=5, low=5, high=5),
        "changes nothing": change("evidence.scenario_override", SLIP, central_value=6),
        "changes nothing of a range": change(
            "evidence.scenario_override",
            {"scenario_id": "takeup_minus_30_scaled", "parameter_id": "fixed_programme_cost_gbp_m"},
            value=60.0,
            low=10.0,
            high=120.0,
        ),
        "no parameter beside it": drop("evidence.parameter_value", {"parameter_id": "leaving_slip_months"}),
    },
    "assumption_covers_parameters": {
        "estimate without a row": drop("evidence.assumption", BACKFILL),
        "row of an earlier value": change("evidence.assumption", BACKFILL, valid_from=date(2024, 4, 1)),
        "background knowledge without a row": drop("evidence.assumption", {"parameter_id": "apprenticeship_levy_pct"}),
        "range without a row": drop("evidence.assumption", {"parameter_id": "saving_per_post_gbp_icb"}),
        "names no parameter": change("raw.assumption", {"parameter_id": "backfill_share"}, parameter_id="not_held"),
        "own words lost on the way": drop("evidence.assumption", OWN_WORDS),
    },
    "assumption_quality_follows_rule": {
        "estimate called well founded": change("evidence.assumption", BACKFILL, quality="green"),
        "estimate called middling": change("evidence.assumption", BACKFILL, quality="amber"),
        "background knowledge called a judgement": change(
            "evidence.assumption", {"parameter_id": "pay_weeks_per_year"}, quality="red"
        ),
        "found and called middling": change(
            "evidence.assumption", {"parameter_id": "saving_per_post_gbp_icb"}, quality="amber"
        ),
        "graded unlike its source": change("evidence.assumption", BACKFILL, evidence_grade="A"),
        "source not held": change("evidence.assumption", BACKFILL, source_id="not_held"),
    },
    "measure_range_is_tight": {
        "room for a misplaced zero": change("evidence.measure", {"measure_id": "headcount_nhse"}, plausible_high=1e6),
        "no factor to hold it against": drop("raw.parameter_value", {"parameter_id": "misplaced_zero_factor"}),
    },
    "claim_passage_is_located": {
        "neither copy nor address": change("evidence.claim", CLAIM, document=None),
        "copy without checksum": change("evidence.claim", CLAIM, document_sha256=None),
        "copy without length": change("evidence.claim", CLAIM, document_characters=None),
        "copy without a passage": change("evidence.claim", CLAIM, char_start=None, char_end=None),
        "passage past the end": change("evidence.claim", CLAIM, char_start=999_900, char_end=1_000_000),
    },
    "contradiction_of_equal_values_is_no_conflict": {
        "omission called conflict": change("evidence.contradiction", pl.col("nature") == "omission", nature="conflict"),
        "conflict called wording": change("evidence.contradiction", HEADCOUNTS, nature="wording"),
    },
    "contradiction_adds_up": {
        "another difference": change("evidence.contradiction", HEADCOUNTS, difference=more("difference", 1)),
        "difference lost": change("evidence.contradiction", HEADCOUNTS, difference=None),
        "known too early": change("evidence.contradiction", HEADCOUNTS, known_from=date(2025, 3, 12)),
        "claim not held": change("evidence.contradiction", HEADCOUNTS, claim_b="X999"),
        "a claim against itself": change("evidence.contradiction", HEADCOUNTS, claim_b="O029"),
        "rules out a third claim": change("evidence.contradiction", HEADCOUNTS, infeasible_claim_id="C001"),
    },
    "judgement_is_kept": {"judgement lost": drop("evidence.contradiction", JUDGED)},
    "calibration_target_is_plausible": {
        "zero too many at the high end": change(
            "raw.calibration_target", {"target_id": "cost_all"}, target_high=pl.col("target_high") * 10
        ),
        "posts that are not held": drop("evidence.parameter_value", {"parameter_id": "posts_removed_total"}),
    },
    "resolution_has_every_known_claim": {
        "claim without a status": drop("evidence.resolution_claim", CLAIM | AT_BUDGET),
        "status before it was known": change("evidence.claim", CLAIM, known_from=date(2026, 1, 1)),
        "status for another quantity": add("evidence.resolution_claim", CLAIM | AT_BUDGET, measure_id="annual_saving"),
        "status for another scope": change("evidence.resolution_claim", CLAIM | AT_BUDGET, scope_id="icb"),
        "status for another period": change("evidence.resolution_claim", CLAIM | AT_BUDGET, period_id="fy_2025_26"),
        "status of another measure": change("evidence.resolution_claim", CLAIM | AT_BUDGET, measure_id="in_year_ask"),
    },
    "resolution_uses_no_unsound_claim": {
        "garbled claim used": change(
            "evidence.resolution_claim", {"claim_id": "C014"} | AT_BUDGET, is_used=True, reason="chosen"
        ),
        "infeasible claim used": change(
            "evidence.resolution_claim", {"claim_id": "C043"} | AT_BUDGET, is_used=True, reason="chosen"
        ),
        "reason says otherwise": change("evidence.resolution_claim", CLAIM | AT_BUDGET, is_used=False),
    },
    "own_reading_is_no_official_claim": {
        "graded as its document": change("evidence.claim", {"claim_id": "O042"}, claim_grade="A"),
        "said to be found no more": change(
            "evidence.claim", {"claim_id": "O002"}, confidence="E", attribution="project"
        ),
    },
    "resolution_adds_up": {
        "used claim too many": change("evidence.resolution", SAVING, claims_used=more("claims_used", 1)),
        "moved from used to rejected": change(
            "evidence.resolution",
            SAVING,
            claims_used=more("claims_used", -1),
            claims_rejected=more("claims_rejected", 1),
        ),
        "articles counted as origins": change("evidence.resolution", SAVING, independent_origins=6),
        "document too many": change("evidence.resolution", SAVING, documents_used=more("documents_used", 1)),
        "quantity lost": drop("evidence.resolution", SAVING),
        "quantity without a claim": add("evidence.resolution", SAVING, scope_id="icb"),
    },
    "resolution_never_averages": {
        "average of two counts": change(
            "evidence.resolution", {"measure_id": "headcount_dhsc"} | AT_BUDGET, value_central=3_450.0
        ),
        "date where nothing is resolved": change(
            "evidence.resolution", {"measure_id": "headcount_dhsc"} | AT_BUDGET, central_date=date(2026, 1, 1)
        ),
        "choice where nothing is resolved": change(
            "evidence.resolution", {"measure_id": "headcount_dhsc"} | AT_BUDGET, chosen_claim_id="O029"
        ),
        "nobody's value": change(
            "evidence.resolution", {"measure_id": "recoupment_year"} | AT_BUDGET, value_central=2027.0
        ),
        "value without a claim": change("evidence.resolution", POSTS, chosen_claim_id=None),
        "bound as a value": change("evidence.resolution", SAVING, value_central=1_000.0),
        "low end of claims set aside": change("evidence.resolution", BELIEVED_BY_NONE, value_low=1_000.0),
        "high end of claims set aside": change("evidence.resolution", BELIEVED_BY_NONE, value_high=1_000.0),
        "first day of claims set aside": change(
            "evidence.resolution", BELIEVED_BY_NONE, earliest_date=date(2026, 1, 1)
        ),
        "last day of claims set aside": change("evidence.resolution", BELIEVED_BY_NONE, latest_date=date(2026, 1, 1)),
        "qualifier of claims set aside": change("evidence.resolution", BELIEVED_BY_NONE, qualifier="about"),
        "nobody's date": change(
            "evidence.resolution", {"measure_id": "budget_date"} | AT_BUDGET, central_date=date(2025, 11, 27)
        ),
    },
    "corroboration_counts_origins": {
        "claim counted twice": change("evidence.measure", {"measure_id": "annual_saving"}, claims=more("claims", 1)),
        "more origins than documents": change(
            "evidence.measure", {"measure_id": "annual_saving"}, independent_origins=100
        ),
        "claims of no origin": change("evidence.measure", {"measure_id": "annual_saving"}, independent_origins=0),
    },
}
