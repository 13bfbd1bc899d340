"""Corruptions of organisations, staff, stated counts, the baseline and the readings of the cut."""

from datetime import date
from decimal import Decimal

import polars as pl

from tests.integration.corruptions import (
    Corruption,
    Tables,
    change,
    drop,
    more,
    received,
    together,
)
from tests.integration.corruptions.received import staff_listed

BOARD = {"ods_code": "QYG"}
ENGLAND = {"ods_code": "X24"}
SUPPORT_UNIT = {"ods_code": "0AR"}
BOARD_MONTH = {"ods_code": "QYG", "month": date(2025, 3, 1)}
UNIT_MONTH = {"ods_code": "0AR", "month": date(2024, 6, 1)}
OTHER_DEPARTMENT_COUNT = {"estimate_id": "dhsc_headcount_whitty"}
ESTIMATE = {"estimate_id": "nhse_fte_2025_03"}
FRIMLEY = {"ods_code": "QNQ"}
FRIMLEY_MONTH = {"ods_code": "QNQ", "month": date(2025, 3, 1)}
FRIMLEY_GOES = {"predecessor_ods_code": "QNQ"}
READING = {"reading_id": "official_all_bodies"}
POSTS = {"parameter_id": "posts_removed_total"}


def staff_listed_without_parameter(name: str) -> Corruption:
    """A staff list, where a parameter of the rule on small counts is gone."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        return staff_listed("QYG")(tables) | drop("evidence.parameter_value", {"parameter_id": name})(tables)

    return corrupt


def measured(**cells: object) -> Corruption:
    """Measured cells that could be published, but for the columns given."""
    fine = {"posts": 10.0, "mean_full_time_pay_gbp": Decimal(42_600), "mean_service_years": 10.5}
    fine["contracted_share"] = 0.75
    return change("workforce.cell", BOARD, **{"origin_kind": "measured", **fine, **cells})


CORRUPTIONS = {
    **received.WORKFORCE,
    "baseline_covers_every_organisation": {
        "organisation missing": drop("workforce.baseline_before_succession", ENGLAND),
        "board without staff": change("workforce.baseline_before_succession", BOARD, fte=None),
    },
    "board_count_and_codes": {
        "board missing": drop("workforce.organisation", BOARD),
        "board closed too early": change("workforce.organisation", BOARD, valid_to=date(2025, 11, 1)),
        "board opened too late": change("workforce.organisation", BOARD, valid_from=date(2026, 4, 1)),
        "ONS code used twice": change(
            "workforce.organisation", pl.col("ods_code").is_in(["QYG", "QOP"]), ons_code="E54000008"
        ),
        "ODS code used twice": change("workforce.organisation", BOARD, ods_code="QOP", valid_from=date(2022, 7, 2)),
        "successor missing": drop("workforce.organisation", {"ods_code": "S0E4D"}),
        "ONS code of a changed boundary kept": change(
            "workforce.organisation", {"ons_code": "E54000067"}, ons_code="E54000008"
        ),
        "number of boards not known": drop("evidence.parameter_value", {"parameter_id": "organisation_count_icb"}),
    },
    "boards_sum_to_stated_headcount": {
        "head too many": change("workforce.baseline_before_succession", BOARD, headcount=more("headcount", 1)),
        "headcount missing": change("workforce.baseline_before_succession", BOARD, headcount=None),
        "body missing": drop("workforce.baseline_before_succession", ENGLAND),
        "no headcount of the body": change("workforce.baseline_before_succession", ENGLAND, headcount=None),
        "two central counts": change("workforce.stated_staffing", OTHER_DEPARTMENT_COUNT, is_central=True),
    },
    "cells_sum_to_headcount": {
        "cell lost": drop("workforce.cell", {**BOARD, "grade": "Band 6", "service_band": "10 to 14"}),
        "organisation lost": drop("workforce.cell", BOARD),
        "headcount moved": change("workforce.baseline_before_succession", BOARD, headcount=more("headcount", 1)),
    },
    "population_reconciles": {
        "difference moved": change("workforce.population_reconciliation", {"population_id": "difference"}, people=-2),
        "more than rounding": together(
            change("workforce.population_reconciliation", {"population_id": "difference"}, people=-30),
            change(
                "workforce.population_reconciliation",
                {"population_id": "sum_of_boards"},
                people=more("people", -27),
            ),
        ),
        "practice file missing": drop("workforce.population_reconciliation", {"population_id": "practice_file"}),
        "sum of boards missing": drop("workforce.population_reconciliation", {"population_id": "sum_of_boards"}),
        "difference missing": drop("workforce.population_reconciliation", {"population_id": "difference"}),
    },
    "posts_sum_to_official_total": {
        "post too many": change(
            "workforce.baseline_before_succession", BOARD, posts_removed_target=more("posts_removed_target", 1)
        ),
        "posts outside the count": together(
            change("workforce.baseline_before_succession", SUPPORT_UNIT, posts_removed_target=1),
            change(
                "workforce.baseline_before_succession", BOARD, posts_removed_target=more("posts_removed_target", -1)
            ),
        ),
        "no baseline": drop("workforce.baseline_before_succession", pl.lit(True)),
        "no official total": drop("evidence.parameter_value", POSTS),
    },
    "posts_within_headcount": {
        "more posts than people": change(
            "workforce.baseline_before_succession", BOARD, posts_removed_target=pl.col("headcount") + 1
        ),
        "no headcount": change("workforce.baseline_before_succession", BOARD, headcount=None),
        "no posts in a body that is counted": change(
            "workforce.baseline_before_succession", BOARD, posts_removed_target=0
        ),
    },
    "reading_heads_are_stated": {
        "head too many": change("workforce.post_reduction_reading", READING, baseline_heads=more("baseline_heads", 1)),
        "reading missing": drop("workforce.post_reduction_reading", READING),
        "two central counts": change("workforce.stated_staffing", OTHER_DEPARTMENT_COUNT, is_central=True),
        "no central count": change("workforce.stated_staffing", {"is_central": True}, is_central=False),
    },
    "regions_sum_to_national": {
        "board without a region": change("workforce.baseline_before_succession", BOARD, region_code=None),
        "no region at all": change("workforce.baseline_before_succession", pl.lit(True), region_code=None),
        "staff moved": change("workforce.baseline_before_succession", BOARD, fte=more("fte", 1)),
        "population moved": change(
            "workforce.organisation", BOARD, registered_population=more("registered_population", 1)
        ),
    },
    "staff_month_covers_every_board": {
        "month of a board missing": drop("workforce.staff_month_before_succession", BOARD_MONTH),
        "month of another body missing": drop("workforce.staff_month_before_succession", UNIT_MONTH),
    },
    "staff_month_is_of_open_organisations": {
        "board after its end": change("raw.staff_month", FRIMLEY_MONTH, month=date(2026, 5, 1)),
        "successor before its start": change("raw.staff_month", FRIMLEY_MONTH, ods_code="S0E4D"),
        "organisation not held": drop("workforce.organisation", BOARD),
    },
    "succession_follows_the_end_of_a_board": {
        "no successor": drop("workforce.succession", FRIMLEY_GOES),
        "board that stays open": change("workforce.organisation", FRIMLEY, valid_to=None),
        "gap before the successor": change("workforce.organisation", FRIMLEY, valid_to=date(2026, 3, 30)),
        "successor that is dissolved too": change(
            "workforce.organisation", {"ods_code": "S0E4D"}, valid_to=date(2026, 4, 1)
        ),
    },
    "successor_population_is_of_its_predecessors": {
        "person too many": change(
            "workforce.baseline", {"ods_code": "S0E4D"}, registered_population=more("registered_population", 1)
        ),
        "board not in the seed": drop("workforce.organisation", {"ods_code": "S0E4D"}),
    },
    "successor_has_every_organisation": {
        "organisation lost": drop("workforce.successor", {"ods_code": "QYG"}),
        "successor lost": drop("workforce.successor", {**FRIMLEY, "successor_ods_code": "QRL"}),
        "share moved": change("workforce.successor", {**FRIMLEY, "successor_ods_code": "S0E4D"}, share=0.57),
        "start moved": change("workforce.successor", {"ods_code": "QYG"}, share_from=0.1),
        "end moved": change("workforce.successor", {"ods_code": "QYG"}, share_to=0.9),
    },
    "measured_counts_are_rounded": {
        "few people": measured(posts=5.0),
        "exact count": measured(posts=12.0),
        "exact pay": measured(mean_full_time_pay_gbp=Decimal("42631.00")),
        "exact service": measured(mean_service_years=10 / 3),
        "exact share": measured(contracted_share=2 / 3),
        "few people in the list": staff_listed("QYG", 5),
        "threshold not known": staff_listed_without_parameter("suppression_threshold_people"),
        "base not known": staff_listed_without_parameter("rounding_base_people"),
    },
    "staff_list_is_of_the_headcount": {
        "list of a few": measured(),
        "nobody to compare with": measured(ods_code="ZZZ"),
        "tolerance not known": lambda tables: (
            measured()(tables)
            | drop("evidence.parameter_value", {"parameter_id": "staff_list_headcount_tolerance_pct"})(tables)
        ),
    },
    "staff_list_has_its_cells": {
        "cells said to be counted": change("workforce.cell", BOARD, origin_kind="measured"),
        "list of nobody's organisation": staff_listed("ZZZ"),
        "list without its cells": staff_listed("QYG"),
    },
}
