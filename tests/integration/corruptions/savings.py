"""Corruptions of waves, unit costs, headcounts, costs, savings, cash flow and appraisal."""

from datetime import date

import polars as pl

from tests.integration.corruptions import add, change, drop, more

CENTRAL_MONTH = {"scenario_id": "best_estimate", "ods_code": "QYG", "month": date(2026, 6, 1)}
OPENING_MONTH = {**CENTRAL_MONTH, "month": date(2025, 4, 1)}
LAST_MONTH = {"month": date(2035, 3, 1)}
PAY = {**CENTRAL_MONTH, "component": "pay"}
FLOW = {**CENTRAL_MONTH, "accounting_basis": "accrual"}
HORIZON = {"parameter_id": "appraisal_horizon_years"}
APPRAISAL = {
    "scenario_id": "best_estimate",
    "perspective": "dhsc_budget",
    "accounting_basis": "accrual",
    "horizon_years": 10,
    "discount_rate_pct": 3.5,
}
LOCAL_RATE = {"parameter_id": "pension_local_pct"}
WAVE = {"wave_id": "compulsory"}
SLIPPED = {"scenario_id": "slip_6m", "accounting_basis": "accrual", "month": date(2026, 12, 1)}
SLIPPED_COST = {**SLIPPED, "component": "severance"}
CENTRAL_FLOW = {**SLIPPED_COST, "scenario_id": "best_estimate"}
BREAKEVEN = {**APPRAISAL, "lever": "cost"}
NATIONAL_RANGE = {
    "scenario_id": "best_estimate",
    "accounting_basis": "accrual",
    "month": date(2027, 6, 1),
    "quantity": "net",
}
NATIONAL_YEAR = {"accounting_basis": "accrual", "fy": "2027-28", "quantity": "saving"}
BOARD_RANGE = {**NATIONAL_RANGE, "ods_code": "QYG"}
VIEW = {
    "scenario_id": "best_estimate",
    "weighting": "posterior",
    "perspective": "dhsc_budget",
    "accounting_basis": "accrual",
}
VALUE_RANGE = {**VIEW, "measure": "npv"}
PAYBACK_RANGE = {**VIEW, "measure": "payback"}
INDEX = {"output": "npv", "group_id": "paid_exit_share"}
EXPOSURE = "savings.organisation_exposure"
EXPOSED = {"scenario_id": "best_estimate", "ods_code": "QYG"}
RULE_OF_COUNTS = {"parameter_id": "rounding_base_people"}
CASE = {"case_id": "reorganisation_2010_13", "output": "cost_gbp_m"}
KEPT_BACK = {
    "counts_suppressed": True,
    "staff_rounded": None,
    "posts_removed_rounded": None,
    "cut_pct": None,
    "exit_cost_gbp_m": None,
    "exit_cost_over_running_cost_pct": None,
    "bottom_up_running_cost_gbp_m": None,
}


CORRUPTIONS = {
    "appraisal_counts_national_cashflow": {
        "cost counted twice": change("savings.appraisal", APPRAISAL, cash_cost_gbp_m=pl.col("cash_cost_gbp_m") * 2),
        "saving left out": change("savings.appraisal", APPRAISAL, cash_saving_gbp_m=more("cash_saving_gbp_m", -1)),
        "scenario without flows": change("savings.appraisal", APPRAISAL, scenario_id="other"),
    },
    "cashflow_holds_only_cost_and_saving": {
        "cost changed": change("savings.cashflow_month", FLOW, cost_gbp_m=more("cost_gbp_m", 1)),
        "saving changed": change("savings.cashflow_month", FLOW, saving_gbp_m=more("saving_gbp_m", 1)),
        "money that is neither": change("savings.cashflow_month", FLOW, net_gbp_m=more("net_gbp_m", 1)),
        "month missing": drop("savings.cashflow_month", FLOW),
        "organisation without cost or saving": add("savings.cashflow_month", FLOW, ods_code="ZZZ"),
    },
    "best_estimate_flow_is_sum_of_organisations": {
        "pound too much": change("savings.scenario_flow", CENTRAL_FLOW, amount_gbp_m=more("amount_gbp_m", 0.000001)),
        "flow missing": drop("savings.scenario_flow", CENTRAL_FLOW),
        "organisation left out": drop("savings.exit_cost_month", {"ods_code": "QYG"}),
        "saving left out": drop("savings.saving_month", {"ods_code": "QYG"}),
    },
    "backtest_agrees_with_precedents": {
        "cost of another size": change("savings.backtest", CASE, actual_value=pl.col("actual_value") / 10),
        "share of another size": change("savings.backtest", {"output": "rehired_share"}, actual_value=0.5),
        "precedent of another size": change(
            "raw.precedent", {"measure_id": "mean_exit_cost"}, value_central=pl.col("value_central") * 10
        ),
    },
    "exposure_counts_are_rounded": {
        "exact count": change(EXPOSURE, EXPOSED, staff_rounded=more("staff_rounded", 1)),
        "exact posts": change(EXPOSURE, EXPOSED, posts_removed_rounded=more("posts_removed_rounded", 1)),
        "small count": change(EXPOSURE, EXPOSED, posts_removed_rounded=5),
        "cost of people kept back": change(
            EXPOSURE, EXPOSED, counts_suppressed=True, staff_rounded=None, posts_removed_rounded=None
        ),
        "share of people kept back": change(EXPOSURE, EXPOSED, **{**KEPT_BACK, "cut_pct": 40.0}),
        "kept back and not marked": change(EXPOSURE, EXPOSED, **{**KEPT_BACK, "counts_suppressed": False}),
        "no rule": drop("evidence.parameter_value", RULE_OF_COUNTS),
    },
    "exposure_covers_every_organisation": {
        "organisation missing": drop(EXPOSURE, EXPOSED),
        "mark lost": change(EXPOSURE, EXPOSED, headcount_kind="stated"),
        "mark of the running cost lost": change(
            EXPOSURE, {"running_cost_kind": "imputed"}, running_cost_kind="stated", figures_kind="partly_imputed"
        ),
    },
    "exposure_hides_no_single_organisation": {
        "one alone kept back": change(EXPOSURE, EXPOSED, **KEPT_BACK),
    },
    "exposure_publishes_no_exact_count": {
        "another's count": change(EXPOSURE, EXPOSED, staff_rounded=more("staff_rounded", 5)),
        "count as it is": change(EXPOSURE, EXPOSED, staff_rounded=more("staff_rounded", 2)),
        "no rule": drop("evidence.parameter_value", RULE_OF_COUNTS),
    },
    "exposure_sums_to_programme": {
        "pound lost": change(EXPOSURE, EXPOSED, exit_cost_gbp_m=more("exit_cost_gbp_m", -0.000001)),
        "counted twice": change(EXPOSURE, EXPOSED, exit_cost_gbp_m=pl.col("exit_cost_gbp_m") * 2),
        "no programme": drop("savings.exit_cost_month", {"scenario_id": "best_estimate"}),
    },
    "headcount_opens_at_baseline": {
        "opens too high": change("savings.headcount_month", OPENING_MONTH, opening_posts=more("opening_posts", 1)),
        "opens in a later month": drop("savings.headcount_month", OPENING_MONTH),
        "no baseline": drop("workforce.baseline", {"ods_code": "QYG"}),
        "more removed than there were": change("savings.headcount_month", CENTRAL_MONTH, paid_exits=10_000),
        "fewer removed than none": change("savings.headcount_month", CENTRAL_MONTH, joiners=10_000),
    },
    "pension_rates_add_up": {
        "one rate changed alone": change("evidence.parameter_value", LOCAL_RATE, value=15, low=15, high=15),
        "saving left out": drop("savings.saving_month", {"component": "pension_central"}),
        "no local rate": drop("evidence.parameter_value", LOCAL_RATE),
        "no central rate": drop("evidence.parameter_value", {"parameter_id": "pension_central_pct"}),
        "no whole rate": drop("evidence.parameter_value", {"parameter_id": "pension_total_with_levy_pct"}),
        "no central scenario": change("savings.saving_month", {"scenario_id": "best_estimate"}, scenario_id="other"),
    },
    "run_rate_is_posts_times_unit_saving": {
        "saving moved": change(
            "savings.saving_month", {**PAY, **LAST_MONTH}, amount_gbp_m=pl.col("amount_gbp_m") * 1.1
        ),
        "unit saving moved": change(
            "savings.unit_cost", pl.lit(True), saving_per_post_gbp=more("saving_per_post_gbp", 1)
        ),
        "posts moved": change("workforce.baseline", {"ods_code": "QYG"}, posts_removed_target=0),
        "no backfill share": drop("savings.posterior_draw", {"draw": 0, "parameter_id": "backfill_share"}),
        "empty posts that save": change(
            "savings.posterior_draw", {"draw": 0, "parameter_id": "vacant_post_saved_share"}, value=1.0
        ),
        "returns that cost more": change(
            "savings.posterior_draw", {"draw": 0, "parameter_id": "rehire_share"}, value=0.3
        ),
    },
    "counterfactual_is_of_best_estimate": {
        "another value": change(
            "savings.counterfactual_worth",
            {"counterfactual": "refilled", "measure": "npv"},
            principal=more("principal", 1),
        ),
        "no payback": change(
            "savings.counterfactual_worth", {"counterfactual": "refilled", "measure": "payback"}, principal=None
        ),
        "more posts without it": change(
            "savings.counterfactual",
            {"counterfactual": "attrition", "quantity": "posts_without"},
            principal=more("principal", 5_000),
        ),
    },
    "scenario_moves_what_it_names": {
        "saving moves with the cost": change(
            "savings.scenario_flow",
            {"scenario_id": "cost_high", "component": "pay"},
            amount_gbp_m=more("amount_gbp_m", 1),
        ),
        "cost is not named": change("evidence.scenario", {"scenario_id": "cost_high"}, moves_cost=False),
        "saving is named and stays": change("evidence.scenario", {"scenario_id": "cost_high"}, moves_saving=True),
        "nothing is named": change("evidence.scenario", {"scenario_id": "cost_high"}, moves_cost=None),
    },
    "scenario_bases_cost_the_same": {
        "pound recognised and never paid": change(
            "savings.scenario_flow", SLIPPED_COST, amount_gbp_m=more("amount_gbp_m", 0.000001)
        ),
    },
}

RANGES = {
    "cashflow_range_starts_from_best_estimate": {
        "run 0 moved": change("savings.cashflow_range", NATIONAL_RANGE, principal_gbp_m=more("principal_gbp_m", 0.01)),
        "month missing": drop("savings.cashflow_range", NATIONAL_RANGE),
    },
    "year_range_is_sum_of_months": {
        "year moved": change(
            "savings.cashflow_year_range", NATIONAL_YEAR, principal_gbp_m=more("principal_gbp_m", 0.01)
        ),
    },
    "feasible_mix_names_its_claims": {
        "consistent with no claim": change("savings.feasible_set", {"is_consistent": False}, is_consistent=True),
        "claims named and not consistent": change(
            "savings.feasible_set", {"is_consistent": False}, consistent_claim_ids="C002"
        ),
        "no mix fits": change("savings.feasible_set", {}, is_consistent=False, consistent_claim_ids=None),
        "every mix fits": change("savings.feasible_set", {}, is_consistent=True, consistent_claim_ids="C002"),
    },
    "impact_covers_assumptions": {
        "assumption left out": drop("savings.assumption_impact", {"parameter_id": "draws"}),
        "drawn and not judged": change("savings.assumption_impact", {"parameter_id": "backfill_share"}, impact=None),
    },
    "best_estimate_is_median": {
        "below the middle": change("savings.appraisal_range", VALUE_RANGE, share_up_to=0.4),
        "above the middle": change("savings.appraisal_range", VALUE_RANGE, share_below=0.6),
        "payback later than the middle": change("savings.appraisal_range", PAYBACK_RANGE, share_below=0.6),
        "not known": change("savings.appraisal_range", VALUE_RANGE, share_below=None),
    },
    "precedents_are_covered": {
        "a case that was": change("savings.backtest", {"is_covered": True}, is_covered=False),
    },
    "targets_are_reached": {
        "a target that was": change("savings.calibration", {"evidence_id": "cost_all"}, is_met=False),
    },
    "scenario_difference_goes_with_principal": {
        "dearer over the draws, cheaper in run 0": change(
            "savings.appraisal_range",
            {"scenario_id": "cost_low", "measure": "cost"},
            difference_from_best_estimate=-pl.col("difference_from_best_estimate"),
        ),
        "run 0 moved past central": change(
            "savings.appraisal_range", {"scenario_id": "cost_high", "measure": "cost"}, principal=0.0
        ),
    },
    "sensitivity_indices_are_shares": {
        "more than all of it": change("savings.sensitivity", INDEX, total_index=2.0),
        "less than nothing": change("savings.sensitivity", INDEX, total_index=-1.0),
        "more alone than with others": change("savings.sensitivity", INDEX, first_index=1.0),
    },
}

CORRUPTIONS |= RANGES
