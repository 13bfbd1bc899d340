"""Figures as people write them are read as what they mean, and nothing else is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.sources.documents import Kind, day_of_year, figures

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("costs £1bn", Kind.MONEY, 1_000),
        ("costs £1 billion", Kind.MONEY, 1_000),
        ("£1.3bn", Kind.MONEY, 1_300),
        ("some £860m", Kind.MONEY, 860),
        ("£25,000", Kind.MONEY, 0.025),
        ("£3 million", Kind.MONEY, 3),
        ("18,000 posts", Kind.COUNT, 18_000),
        ("an extra 116,000", Kind.COUNT, 116_000),
        ("42 boards", Kind.COUNT, 42),
        ("five days", Kind.COUNT, 5),
        ("two years", Kind.COUNT, 2),
        ("a three-year plan", Kind.COUNT, 3),
        ("a 10-year plan", Kind.COUNT, 10),
        ("two thousand", Kind.COUNT, 2_000),
        ("1.5 million", Kind.COUNT, 1_500_000),
        ("50%", Kind.PERCENT, 50),
        ("2.4 per cent", Kind.PERCENT, 2.4),
        ("about half of them", Kind.PERCENT, 50),
        ("in 2027", Kind.YEAR, 2027),
        ("in 2026-2027", Kind.YEAR, 2026),
        ("by 2028-29", Kind.YEAR, 2028),
        ("Thousands of posts", Kind.PLURAL, 2_000),
        ("1000’s of posts", Kind.PLURAL, 1_000),
        ("for months", Kind.PLURAL, 2),
        ("on 26 November", Kind.DATE, 1126),
        ("on November 26", Kind.DATE, 1126),
        ("on 1st December 2025", Kind.DATE, 1201),
        ("by the end of December", Kind.DATE, 1231),
        ("by the end of February", Kind.DATE, 228),
        ("by the end of February 2027", Kind.DATE, 228),
        ("by the end of February 2028", Kind.DATE, 229),
        ("the end of February 2100", Kind.DATE, 228),
        ("at the end of April 2026", Kind.DATE, 430),
        ("2025-11-13", Kind.DATE, 1113),
        ("£1\nbillion", Kind.MONEY, 1_000),
    ],
)
def test_a_figure_is_read_as_what_it_means(text: str, kind: Kind, value: float) -> None:
    (figure,) = figures(text)
    assert (figure.kind, figure.value) == (kind, value)


@pytest.mark.parametrize("text", ["nothing here", "2026-2031", "someone", "the halfway house", "31 February 2025"])
def test_what_is_no_such_figure_is_not_read_as_one(text: str) -> None:
    assert not [figure for figure in figures(text) if figure.kind in (Kind.MONEY, Kind.PERCENT, Kind.DATE)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("150%", 50), ("118,000", 18_000), ("18,0001", 18_000), ("£11bn", 1_000), ("£1.1bn", 1_000), ("2.42%", 2.4)],
)
def test_a_part_of_a_longer_figure_is_not_a_figure(text: str, wrong: float) -> None:
    assert wrong not in {figure.value for figure in figures(text)}


def test_a_year_that_is_written_with_a_date_is_kept() -> None:
    assert [figure.year for figure in figures("26 November 2025, then 3 March")] == [2025, None]


@given(st.integers(0, 10**9))
def test_any_whole_number_is_read_back(number: int) -> None:
    (figure,) = figures(f"about {number:,} of them")
    assert figure.value == number


@given(
    st.decimals(0, 10**6, places=2), st.sampled_from([("bn", 1_000), (" billion", 1_000), ("m", 1), (" million", 1)])
)
def test_any_amount_is_read_back(amount: object, scale: tuple[str, int]) -> None:
    written, millions = scale
    (figure,) = figures(f"costs £{amount:,}{written} in all")
    assert figure.kind is Kind.MONEY
    assert figure.value == pytest.approx(float(amount) * millions)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_any_date_is_read_back(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day:%Y}"):
        (figure,) = figures(f"on {written}.")
        assert (figure.value, figure.year) == (day_of_year(day), day.year)
