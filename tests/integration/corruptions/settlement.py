"""Corruptions of plans, what changed in them, deflators, real terms and headlines."""

from datetime import date

import polars as pl

from tests.integration.corruptions import change, drop, more, received, together

LIMIT = {"vintage_id": "sr_2025_06", "fy": "2027-28", "line_id": "dhsc_rdel"}
CAPITAL = {"vintage_id": "sr_2025_06", "fy": "2025-26", "line_id": "dhsc_cdel"}
TOTAL = {"vintage_id": "sr_2025_06", "fy": "2027-28", "line_id": "dhsc_tdel"}
OTHER = {"vintage_id": "sr_2025_06", "fy": "2027-28", "line_id": "other_rdel"}
REMAINDER = {
    "vintage_from": "budget_2025_11",
    "vintage_to": "obr_2026_03",
    "fy": "2026-27",
    "line_id": "dhsc_rdel",
    "reason": "unexplained",
}
REMAINDER_OF_OUTTURN = {**REMAINDER, "vintage_from": "sr_2025_06", "vintage_to": "budget_2025_11", "fy": "2024-25"}
REPROFILED = {"vintage_to": "budget_2025_11", "fy": "2025-26", "line_id": "dhsc_rdel", "reason": "reprofile"}
PAID_BACK = {**REPROFILED, "fy": "2028-29"}
INDEX = {"vintage_id": "obr_2026_03", "fy": "2015-16"}
FIRST_INDEX = {"vintage_id": "obr_2026_03", "fy": "2008-09"}
LAST_INDEX = {"vintage_id": "obr_2026_03", "fy": "2033-34"}
HORIZON = {"parameter_id": "appraisal_horizon_years"}
REAL = {
    "plan_vintage_id": "sr_2025_06",
    "deflator_vintage_id": "obr_2026_03",
    "line_id": "dhsc_rdel",
    "fy": "2027-28",
    "base_fy": "2025-26",
}
REAL_IN_BASE_YEAR = {**REAL, "fy": "2025-26"}
HEADLINE = {"headline_id": "nhse_level_2028_29"}

CORRUPTIONS = {
    **received.SETTLEMENT,
    "change_parts_sum_to_total": {
        "part changed alone": change("settlement.plan_change", REPROFILED, central_gbp_m=more("central_gbp_m", 1)),
        "whole change differs between parts": change(
            "settlement.plan_change", REPROFILED, total_change_gbp_m=more("total_change_gbp_m", 1)
        ),
        "whole change is not the sum": change("settlement.plan_change", REMAINDER, total_change_gbp_m=1),
        "no remainder stated": drop("settlement.plan_change", REMAINDER_OF_OUTTURN),
        "earlier plan not held": drop(
            "settlement.plan", {"vintage_id": "budget_2025_11", "fy": "2026-27", "line_id": "dhsc_rdel"}
        ),
        "later plan not held": drop(
            "settlement.plan", {"vintage_id": "obr_2026_03", "fy": "2026-27", "line_id": "dhsc_rdel"}
        ),
    },
    "change_remainder_within_rounding": {
        "more than rounding can make": change("settlement.plan_change", REMAINDER, central_gbp_m=1),
        "less than rounding can make": change("settlement.plan_change", REMAINDER, central_gbp_m=-1),
    },
    "deflator_growth_chain": {
        "index moved": change("settlement.deflator", INDEX, index_value=pl.col("index_value") * 1.01),
        "growth moved": change("settlement.deflator", INDEX, growth_pct=more("growth_pct", 1)),
        "year missing": together(
            drop("settlement.deflator", INDEX),
            change(
                "settlement.deflator",
                {**INDEX, "fy": "2016-17"},
                growth_pct=((1 + 1.9802 / 100) * (1 + 0.6752 / 100) - 1) * 100,
            ),
        ),
        "first index nil": change("settlement.deflator", FIRST_INDEX, index_value=0),
    },
    "deflator_reaches_horizon": {
        "too few years": drop("settlement.deflator", pl.col("status") == "extended"),
        "no forecast year": change("settlement.deflator", {"status": "forecast"}, status="outturn"),
        "no horizon": drop("evidence.parameter_value", HORIZON),
    },
    "deflator_vintages_agree_on_outturn": {
        "revised after outturn": change(
            "settlement.deflator", {**INDEX, "fy": "2023-24"}, growth_pct=more("growth_pct", 1)
        ),
    },
    "headline_recomputes": {
        "differs without a reason": change(
            "settlement.headline_check", HEADLINE, within_tolerance=False, explanation=None
        ),
    },
    "outturn_follows_year_end": {
        "outturn of a year to come": change("settlement.plan", LIMIT, status="outturn"),
        "outturn the day before the year ends": change(
            "settlement.plan",
            {"vintage_id": "pesa_2025_07", "fy": "2023-24"},
            known_from=date(2024, 3, 31),
        ),
    },
    "plan_step_is_explained": {
        "reason missing": change("settlement.plan", CAPITAL, step_reason=None),
        "steps up on the year before": change(
            "settlement.plan", {**LIMIT, "fy": "2028-29"}, amount_gbp_m=pl.col("amount_gbp_m") * 1.2
        ),
        "steps down on the vintage before": change(
            "settlement.plan", pl.col("vintage_id") == "obr_2026_03", amount_gbp_m=pl.col("amount_gbp_m") * 0.8
        ),
        "more than doubles, with a reason": change("settlement.plan", CAPITAL, amount_gbp_m=23_300),
        "less than halves, with a reason": change(
            "settlement.plan", CAPITAL, amount_gbp_m=5_700, step_reason="a reason"
        ),
    },
    "real_equals_cash_in_base_year": {
        "real differs from cash in the base year": change(
            "settlement.real_terms", REAL_IN_BASE_YEAR, real_gbp_m=more("real_gbp_m", 0.001)
        ),
        "real not deflated": change("settlement.real_terms", REAL, real_gbp_m=pl.col("cash_gbp_m")),
        "cash is not the plan": change(
            "settlement.real_terms",
            REAL,
            cash_gbp_m=pl.col("cash_gbp_m") * 2,
            real_gbp_m=pl.col("real_gbp_m") * 2,
        ),
        "deflator of the year not held": drop("settlement.deflator", {**INDEX, "fy": "2027-28"}),
        "deflator of the base year not held": drop("settlement.deflator", {**INDEX, "fy": "2025-26"}),
    },
    "real_growth_chain": {
        "growth of one year moved": change("settlement.real_terms", REAL, real_growth_pct=more("real_growth_pct", 0.1)),
        "average growth moved": change(
            "settlement.real_terms", REAL, average_real_growth_pct=more("average_real_growth_pct", 0.1)
        ),
        "average growth missing": change("settlement.real_terms", REAL, average_real_growth_pct=None),
        "year missing": drop("settlement.real_terms", REAL),
    },
    "reprofile_sums_to_zero": {
        "money added": change("settlement.plan_change", REPROFILED, central_gbp_m=more("central_gbp_m", 1)),
        "other than the stated amount": change("raw.plan_change_reason", {"reason": "reprofile"}, amount_gbp_m=861),
        "paid back short, drawn short": together(
            change("settlement.plan_change", REPROFILED, central_gbp_m=more("central_gbp_m", -1)),
            change("settlement.plan_change", PAID_BACK, central_gbp_m=more("central_gbp_m", 1)),
        ),
    },
    "resource_is_nhs_england_plus_other": {
        "other not held": drop("settlement.plan", OTHER),
        "other changed alone": change("settlement.plan", OTHER, amount_gbp_m=more("amount_gbp_m", 1)),
    },
    "total_is_resource_plus_capital": {
        "above rounding": change("settlement.plan", TOTAL, amount_gbp_m=more("amount_gbp_m", 300)),
        "below rounding": change("settlement.plan", TOTAL, amount_gbp_m=more("amount_gbp_m", -300)),
    },
}
