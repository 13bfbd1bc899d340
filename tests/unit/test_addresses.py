"""Names of figures: written, read back, and refused where they name nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.figures import figure_id
from nhs_assets.contracts.registry import contract
from nhs_assets.outputs.addresses import UnknownFigureError, parse_address

pytestmark = pytest.mark.unit

PLAN = contract("settlement.plan")
APPRAISAL = contract("savings.appraisal")


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=3, max_size=3))
def test_any_text_in_a_key_comes_back(values: list[str]) -> None:
    address = parse_address(figure_id(PLAN, values, "amount_gbp_m"))
    assert address.contract is PLAN
    assert list(address.key) == values
    assert address.column == "amount_gbp_m"


def test_key_values_have_their_columns_type() -> None:
    figure = "savings.headcount_month/central/QE1/2026-04-01/paid_exits"
    assert parse_address(figure).key_by_column["month"] == date(2026, 4, 1)
    address = parse_address("savings.appraisal/central/dhsc_budget/accrual/10/3.5/npv_gbp_m")
    assert address.key[3:] == (10, 3.5)
    assert figure_id(APPRAISAL, address.key, "npv_gbp_m").endswith("/10/3.5/npv_gbp_m")


def test_the_beginning_of_a_figure_is_an_address_too() -> None:
    assert parse_address("settlement.plan").key == ()
    assert parse_address("settlement.plan/sr_2025_06/").key_by_column == {"vintage_id": "sr_2025_06"}


@pytest.mark.parametrize("text", ["C043", "c043", "claim/C043", "evidence.claim/C043"])
def test_claims_have_short_names(text: str) -> None:
    address = parse_address(text)
    assert address.is_claim
    assert address.key == ("C043",)


@pytest.mark.parametrize("text", ["nonsense", "settlement.plan/a/b/c/d/e", "settlement.plan/a/b/c/nothing"])
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnknownFigureError):
        parse_address(text)
