"""Corruptions of sources, claims, measures, vintages and parameters."""

from datetime import date

import polars as pl

from tests.integration.corruptions import add, change, drop, known_too_early, more, received

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
    **known_too_early(
        "evidence",
        "assumption",
        "caution",
        "measure",
        "parameter_value",
        "resolution",
        "scenario",
        "scenario_override",
        "source",
    ),
    "scenario_override_is_kept": {
        "parameter not held": drop("evidence.scenario_override", SLIP),
        "value moved": change("evidence.scenario_override", SLIP, value=5, low=5, high=5),
        "changes nothing": change("evidence.scenario_override", SLIP, central_value=6),
        "changes nothing of a range": change(
            "evidence.scenario_override",
            {"scenario_id": "takeup_minus_30_scaled", "parameter_id": "fixed_programme_cost_gbp_m"},
            high=200.0,
        ),
        "no parameter beside it": drop("evidence.parameter_value", {"parameter_id": "leaving_slip_months"}),
    },
    "assumption_covers_parameters": {
        "estimate without a row": drop("evidence.assumption", BACKFILL),
        "row of an earlier value": change("evidence.assumption", BACKFILL, valid_from=date(2024, 4, 1)),
        "background knowledge without a row": drop("evidence.assumption", {"parameter_id": "notice_weeks"}),
        "range without a row": drop("evidence.assumption", {"parameter_id": "saving_per_post_gbp_icb"}),
        "names no parameter": change("raw.assumption", {"parameter_id": "backfill_share"}, parameter_id="not_held"),
        "own words lost on the way": drop("evidence.assumption", OWN_WORDS),
    },
    "claim_is_not_of_the_future": {"dated years ahead": change("evidence.claim", CLAIM, known_from=FUTURE)},
    "source_is_not_of_the_future": {
        "dated years ahead": change("evidence.source", {"source_id": "project"}, known_from=FUTURE)
    },
    "vintage_is_not_of_the_future": {"dated years ahead": change("evidence.vintage", AT_BUDGET, known_from=FUTURE)},
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
    "assumption_review_is_due": {
        "day of review long past": change("evidence.assumption", BACKFILL, review_by=date(2024, 1, 1)),
    },
    "parameter_review_is_due": {
        "day of review long past": change("evidence.parameter_value", HORIZON, review_by=date(2024, 1, 1)),
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
    "claim_value_is_plausible": {
        "central value too high": change("evidence.claim", CLAIM, value_central=10_000),
        "central value too low": change("evidence.claim", CLAIM, value_central=100),
        "low end too low": change("evidence.claim", {"claim_id": "C001"}, value_low=100),
        "low end too high": change("evidence.claim", {"claim_id": "C001"}, value_low=10_000),
        "high end too high": change("evidence.claim", RANGE, value_high=20),
        "high end too low": change("evidence.claim", RANGE, value_central=None, value_high=0.2),
    },
    "contradiction_adds_up": {
        "another difference": change("evidence.contradiction", HEADCOUNTS, difference=more("difference", 1)),
        "difference lost": change("evidence.contradiction", HEADCOUNTS, difference=None),
        "known too early": change("evidence.contradiction", HEADCOUNTS, known_from=date(2025, 3, 12)),
        "claim not held": change("evidence.contradiction", HEADCOUNTS, claim_b="X999"),
        "a claim against itself": change("evidence.contradiction", HEADCOUNTS, claim_b="O029"),
        "rules out a third claim": change("evidence.contradiction", HEADCOUNTS, infeasible_claim_id="C001"),
    },
    "contradiction_says_who_found_it": {
        "judgement lost": drop("evidence.contradiction", JUDGED),
        "judgement without a day": change("evidence.contradiction", JUDGED, decided_on=None),
        "judgement without an author": change("evidence.contradiction", JUDGED, decided_by=None),
        "judgement under a rule's name": change("evidence.contradiction", JUDGED, rule_id="disjoint_values"),
        "find without a rule": change("evidence.contradiction", HEADCOUNTS, rule_id=None),
        "rule with an author": change("evidence.contradiction", HEADCOUNTS, decided_by="somebody"),
        "rule with a day": change("evidence.contradiction", HEADCOUNTS, decided_on=date(2026, 1, 1)),
    },
    "scenario_range_is_no_wider_than_value": {
        "zero too many at the high end": change(
            "evidence.scenario_override", {"scenario_id": "rehire_22pct"}, high=pl.col("high") * 10
        ),
    },
    "calibration_target_is_plausible": {
        "zero too many at the high end": change(
            "raw.calibration_target", {"target_id": "cost_all"}, target_high=pl.col("target_high") * 10
        ),
        "posts that are not held": drop("evidence.parameter_value", {"parameter_id": "posts_removed_total"}),
    },
    "claim_is_resolved": {
        "status lost": drop("evidence.resolution_claim", CLAIM),
        "claim after the last vintage": add("evidence.claim", CLAIM, claim_id="X999", known_from=date(2027, 1, 1)),
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
    **received.EVIDENCE,
    "parameter_is_plausible": {
        "reported amount too high": change(
            "evidence.parameter_value", OVERSPEND, low=10_000, value=10_000, high=10_000
        ),
        "reported amount too low": change("evidence.parameter_value", OVERSPEND, low=100, value=100, high=100),
        "more than the whole share": change("evidence.parameter_value", {"unit": "share"}, high=1.5),
        "more than a hundred per cent": change("evidence.parameter_value", {"unit": "%"}, high=150),
        "no range to hold it against": drop("evidence.measure", {"measure_id": "permitted_overspend_amount"}),
    },
    "parameter_periods_are_ordered": {
        "two values current": change("evidence.parameter_value", FIRST_AWARD, is_current=True),
        "no value current": change("evidence.parameter_value", SECOND_AWARD, is_current=False),
        "ends before it starts": change("evidence.parameter_value", FIRST_AWARD, valid_to=date(2026, 3, 31)),
    },
    "parameter_range_is_no_wider_than_value": {
        "high end of a positive value": change("evidence.parameter_value", HORIZON, high=100),
        "high end of a nil share": change("evidence.parameter_value", {"parameter_id": "backfill_share"}, high=1),
        "high end of a nil amount": change(
            "evidence.parameter_value", {"parameter_id": "fixed_programme_cost_gbp_m"}, high=2_000
        ),
    },
    "precedent_is_plausible": {
        "measure not held": change("raw.precedent", PRECEDENT, measure_id="not_held"),
        "value too high": change("raw.precedent", PRECEDENT, value_central=pl.col("value_central") * 10),
        "value too low": change("raw.precedent", PRECEDENT, value_central=pl.col("value_central") / 10),
    },
    "source_derivation_shares_origin": {
        "original not held": change("evidence.source", {"source_id": "article_002"}, derived_from_source_id="not_held"),
        "counted as an origin of its own": change(
            "evidence.source", {"source_id": "article_002"}, derived_from_source_id="article_001"
        ),
    },
    "vintage_order_is_unique": {
        "two on one day": add("evidence.vintage", {"vintage_id": "sr_2025_06"}, vintage_id="other"),
    },
}
