"""Ids of figures: one way to write them, and back."""

from datetime import date

import pytest

from nhs_assets.contracts.figures import figure_id
from nhs_assets.contracts.registry import contract
from nhs_assets.outputs.addresses import Address, parse_address

pytestmark = pytest.mark.unit


def test_an_id_names_table_key_and_column() -> None:
    plan = contract("settlement.plan")
    written = figure_id(plan, ["sr_2025_06", "2028-29", "dhsc_rdel"], "amount_gbp_m")
    assert written == "settlement.plan/sr_2025_06/2028-29/dhsc_rdel/amount_gbp_m"
    assert parse_address(written) == Address(plan, ("sr_2025_06", "2028-29", "dhsc_rdel"), "amount_gbp_m")


@pytest.mark.parametrize("grade", ["Band 8a/8b", "50% or more", "All grades"])
def test_a_slash_in_a_key_comes_back(grade: str) -> None:
    written = figure_id(contract("raw.band_age_mix"), ["managers", grade, "All ages"], "fte")
    assert parse_address(written).key == ("managers", grade, "All ages")


def test_dates_and_numbers_are_written_as_sql_writes_them() -> None:
    parameter = figure_id(contract("raw.parameter_value"), ["paid_exit_share", date(2025, 4, 1)], "value")
    assert parameter == "raw.parameter_value/paid_exit_share/2025-04-01/value"
    worth = figure_id(contract("savings.appraisal"), ["best_estimate", "dhsc_budget", "accrual", 10, 3.5], "npv_gbp_m")
    assert worth == "savings.appraisal/best_estimate/dhsc_budget/accrual/10/3.5/npv_gbp_m"


def test_the_number_of_key_values_must_be_that_of_the_key() -> None:
    with pytest.raises(ValueError, match="vintage_id, fy, line_id"):
        figure_id(contract("settlement.plan"), ["sr_2025_06"], "amount_gbp_m")
