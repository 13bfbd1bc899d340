"""Corruptions of pressures, instruments, profiles, the ledger and what is worked out from it."""

import polars as pl

from tests.integration.corruptions import add, change, drop, more, together

YEAR = {"interpretation": "official_reprofile", "fy": "2025-26"}
PAID_BACK = {"interpretation": "official_reprofile", "fy": "2028-29"}
AVAILABLE = {**YEAR, "scenario_id": "best_estimate", "profile_id": "all_2028_29"}
AGREED = {**AVAILABLE, "profile_id": "as_agreed"}
LEDGER = {**YEAR, "profile_id": "all_2028_29", "price_basis": "cash"}
LAST_LEDGER = {**LEDGER, "fy": "2028-29"}
CASH_TEST = {"interpretation": "press_overspend", "profile_id": "all_2028_29", "test": "cash"}
VALUE_TEST = {**CASH_TEST, "test": "present_value"}
GAP = {"reading_id": "official_cost_against_reprofile"}
PRESS_GAP = {"reading_id": "press_cost_against_reprofile"}
PART = {"pressure_id": "redundancy"}
ASK = {"pressure_id": "total_ask"}
STRIKES = {"pressure_id": "industrial_action"}
OPERATIONS = {"case_id": "best_estimate", "ratio_id": "reported", "profile_id": "all_2028_29", "fy": "2028-29"}
NOT_MET = {"scenario_id": "recoup_all_2026_27", "interpretation": "official_reprofile", "fy": "2026-27"}
SLIPPED = {"scenario_id": "slip_6m", "interpretation": "official_reprofile", "fy": "2028-29"}
REPROFILED = {"parameter_id": "reprofiled_amount_gbp_m"}


CORRUPTIONS = {
    "available_adds_up": {
        "plan after the move": change(
            "overspend.available", AVAILABLE, plan_after_move_gbp_m=more("plan_after_move_gbp_m", 1)
        ),
        "plan before the move": change(
            "overspend.available", AVAILABLE, plan_before_move_gbp_m=more("plan_before_move_gbp_m", 1)
        ),
        "net cost": change(
            "overspend.available", AVAILABLE, net_programme_cost_gbp_m=more("net_programme_cost_gbp_m", 1)
        ),
        "saving": change("overspend.available", AVAILABLE, recurring_saving_gbp_m=more("recurring_saving_gbp_m", 1)),
        "left for services": change(
            "overspend.available",
            AVAILABLE,
            available_for_services_gbp_m=more("available_for_services_gbp_m", 1),
            effect_on_services_gbp_m=more("effect_on_services_gbp_m", 1),
        ),
        "effect on services": change(
            "overspend.available", AVAILABLE, effect_on_services_gbp_m=more("effect_on_services_gbp_m", 1)
        ),
    },
    "available_as_agreed_is_the_plan": {
        "differs from the plan": change(
            "overspend.available", AGREED, plan_after_move_gbp_m=more("plan_after_move_gbp_m", 1)
        ),
        "plan not held": drop(
            "settlement.plan", {"vintage_id": "budget_2025_11", "fy": "2025-26", "line_id": "dhsc_rdel"}
        ),
    },
    "available_is_complete": {
        "row missing": drop("overspend.available", AVAILABLE),
        "cost moved": change("overspend.available", AVAILABLE, programme_cost_gbp_m=more("programme_cost_gbp_m", 1)),
        "saving moved": change(
            "overspend.available", AVAILABLE, recurring_saving_gbp_m=more("recurring_saving_gbp_m", 1)
        ),
        "move moved": change("overspend.available", AVAILABLE, moved_gbp_m=more("moved_gbp_m", 1)),
        "year without cash flow": drop("savings.cashflow_month", {"fy": "2025-26"}),
    },
    "gap_is_cost_less_financed": {
        "low gap moved": change("overspend.funding_gap", GAP, gap_low_gbp_m=more("gap_low_gbp_m", 1)),
        "gap moved": change("overspend.funding_gap", PRESS_GAP, gap_gbp_m=more("gap_gbp_m", 1)),
        "high gap moved": change("overspend.funding_gap", GAP, gap_high_gbp_m=more("gap_high_gbp_m", 1)),
        "sign lost": change("overspend.funding_gap", PRESS_GAP, gap_gbp_m=-pl.col("gap_gbp_m")),
        "low above high": change(
            "overspend.funding_gap",
            GAP,
            cost_low_gbp_m=more("cost_low_gbp_m", 400),
            gap_low_gbp_m=more("gap_low_gbp_m", 400),
        ),
        "central above high": change("overspend.funding_gap", PRESS_GAP, cost_gbp_m=1_001, gap_gbp_m=141),
        "middle of a range": change("overspend.funding_gap", GAP, cost_gbp_m=1_150, gap_gbp_m=290),
        "gap of no cost": change("overspend.funding_gap", GAP, gap_gbp_m=290),
    },
    "instrument_draws_stated_amount": {
        "draws more": change("overspend.instrument", YEAR, delta_gbp_m=more("delta_gbp_m", 1)),
        "no stated amount": drop("evidence.parameter_value", REPROFILED),
    },
    "instrument_sums_to_zero": {
        "new money": change("overspend.instrument", YEAR, delta_gbp_m=more("delta_gbp_m", 1)),
        "reading missing": drop("overspend.instrument", {"interpretation": "press_overspend"}),
        "nothing moves": change("overspend.instrument", pl.lit(True), delta_gbp_m=0),
    },
    "ledger_balances": {
        "opens with a balance": change(
            "overspend.ledger",
            LEDGER,
            opening_gbp_m=more("opening_gbp_m", 1),
            recouped_gbp_m=more("recouped_gbp_m", 1),
        ),
        "closes too high": change("overspend.ledger", LAST_LEDGER, closing_gbp_m=more("closing_gbp_m", 1)),
        "year missing": drop("overspend.ledger", {**LEDGER, "fy": "2026-27"}),
    },
    "ledger_closes_at_zero": {
        "balance left": change("overspend.ledger", LAST_LEDGER, closing_gbp_m=1),
        "too much taken back": change("overspend.ledger", LAST_LEDGER, closing_gbp_m=-1),
    },
    "ledger_follows_instrument": {
        "draws more": change("overspend.ledger", LEDGER, drawn_gbp_m=more("drawn_gbp_m", 1)),
        "year missing": drop("overspend.ledger", LEDGER),
    },
    "ledger_never_below_zero": {
        "taken back before it is drawn": change("overspend.ledger", LEDGER, closing_gbp_m=-1),
    },
    "operations_have_every_case": {
        "first year of the modelled saving": drop("overspend.operations_bought", {**OPERATIONS, "fy": "2025-26"}),
        "year of the stated saving": drop("overspend.operations_bought", {**OPERATIONS, "case_id": "stated_saving"}),
        "stated saving before it is to be reached": add(
            "overspend.operations_bought",
            {**OPERATIONS, "ratio_id": "later_answer", "fy": "2026-27"},
            case_id="stated_saving",
        ),
    },
    "pressure_is_funded_or_absorbed": {
        "funded changed alone": change("overspend.pressure", PART, funded_gbp_m=more("funded_gbp_m", 1)),
        "funded below its range": change("overspend.pressure", PART, funded_low_gbp_m=450),
        "funded above its range": change("overspend.pressure", PART, funded_high_gbp_m=400),
        "unknown called absorbed": change(
            "overspend.pressure", {"pressure_id": "medicines_and_other"}, absorbed_gbp_m=1_500, unknown_gbp_m=0
        ),
        "absorbed called unknown": change("overspend.pressure", STRIKES, absorbed_gbp_m=0, unknown_gbp_m=500),
        "remainder not flagged": change(
            "overspend.pressure", {"pressure_id": "medicines_and_other"}, is_residual=False
        ),
        "known part flagged": change("overspend.pressure", PART, is_residual=True),
    },
    "pressure_absorbs_what_the_gap_leaves": {
        "later funding forgotten": change(
            "overspend.pressure", PART, funded_later_gbp_m=0, absorbed_gbp_m=more("absorbed_gbp_m", 443.3)
        ),
    },
    "pressure_parts_sum_to_ask": {
        "part restated": change("overspend.pressure", STRIKES, requested_gbp_m=501),
        "funding of a part moved": change("overspend.pressure", PART, funded_gbp_m=416),
        "second ask": add("overspend.pressure", ASK, pressure_id="other", requested_gbp_m=0, funded_gbp_m=0),
        "no ask": drop("overspend.pressure", ASK),
        "no parts": change("overspend.pressure", pl.lit(True), is_part_of_ask=False),
        "more funded than moved": together(
            change("overspend.pressure", PART, funded_gbp_m=417),
            change("overspend.pressure", ASK, funded_gbp_m=417),
        ),
        "no amount moved": drop("overspend.instrument", YEAR),
    },
    "recoup_follows_best_estimate_saving": {
        "other saving": change("overspend.scenario_recoup", SLIPPED, profile_id="savings_capped"),
        "no central saving": drop("overspend.scenario_recoup", {"scenario_id": "best_estimate"}),
    },
    "scenario_recoup_is_split": {
        "saving moved": change("overspend.scenario_recoup", SLIPPED, net_saving_gbp_m=more("net_saving_gbp_m", 1)),
        "recoup moved": change("overspend.scenario_recoup", SLIPPED, recouped_gbp_m=more("recouped_gbp_m", 1)),
        "met beyond the saving": change(
            "overspend.scenario_recoup",
            NOT_MET,
            met_from_saving_gbp_m=more("met_from_saving_gbp_m", 1),
            left_to_budgets_gbp_m=more("left_to_budgets_gbp_m", -1),
        ),
        "part lost": change("overspend.scenario_recoup", NOT_MET, left_to_budgets_gbp_m=0),
        "called met": change("overspend.scenario_recoup", NOT_MET, is_met=True),
        "no account": drop("overspend.ledger", {"fy": "2028-29", "profile_id": "as_agreed"}),
        "no months": drop("savings.scenario_month", {"scenario_id": "slip_6m"}),
    },
}
