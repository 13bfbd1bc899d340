"""A word that is no table leads to the nearest table, column and question."""

import pytest

from nhs_assets.outputs.addresses import UnknownFigureError, parse_address
from nhs_assets.outputs.query import SHOW_TABLES
from nhs_assets.outputs.search import suggestions

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("appraisal", ["nhs-assets describe savings.appraisal"]),
        ("payback", ["for its column payback_month", "nhs-assets question 12: "]),
        ("funding gap", ["nhs-assets describe overspend.funding_gap", "nhs-assets question 11: "]),
        ("tornadoes", ["nhs-assets describe savings.tornado"]),
    ],
)
def test_the_nearest_of_each_kind_is_offered(word: str, lines: list[str]) -> None:
    found = suggestions(word)
    assert [line for line in lines if line not in found] == []
    assert found.count("\n") <= 3


def test_nothing_is_offered_for_what_is_like_nothing() -> None:
    assert suggestions("xyzzyq") == suggestions(" ") == ""


def test_a_word_in_place_of_a_figure_is_answered_with_them() -> None:
    with pytest.raises(UnknownFigureError, match=r"there is no table payback\. The nearest:\n  nhs-assets describe"):
        parse_address("payback")


@pytest.mark.parametrize("sql", ["SHOW TABLES", " show all tables; ", "Show  Tables"])
def test_show_tables_is_understood(sql: str) -> None:
    assert SHOW_TABLES.fullmatch(sql)
