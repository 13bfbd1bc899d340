"""Workbooks of the OBR as they really are: blanks, footnotes and adjusted totals give the same limits."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import polars as pl
import pytest

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers import ReadFile, read_file
from soak.publisher_files import NOTE_ON_GROWTH, Outlook, Page, beside, limits_pages, workbook_bytes

pytestmark = pytest.mark.unit

VINTAGES = [
    Outlook("March 2025", 2023, (3, 7)),
    Outlook("November 2025", 2024, (5, 6)),
    Outlook("March 2026", 2024, (5, 6)),
    Outlook("November 2026", 2025, (4, 5)),
]
"""The months of publication, the first year, and the years of RDEL and CDEL."""


def limits(found: ReadFile) -> pl.DataFrame:
    return found.tables["raw.settlement_plan"]


def read(pages: list[Page]) -> ReadFile:
    return read_file(workbook_bytes(pages), beside("outlook.xlsx"))


def refusal(pages: list[Page]) -> str:
    with pytest.raises(BadInputError) as refused:
        read(pages)
    return str(refused.value)


def row_of(page: Page, label: str) -> list:
    (row,) = (row for row in page.rows if len(row) > 1 and row[1] == label)
    return row


@pytest.mark.parametrize("outlook", VINTAGES, ids=lambda outlook: outlook.month)
@pytest.mark.parametrize("kinds", list(product([False, True], repeat=3)), ids=str)
def test_every_vintage_reads_the_same_with_blanks_footnotes_and_an_adjusted_total(
    outlook: Outlook, kinds: tuple[bool, bool, bool]
) -> None:
    is_blank, has_footnotes, is_adjusted = kinds
    plain = read(limits_pages(outlook))
    found = read(
        limits_pages(replace(outlook, is_blank=is_blank, has_footnotes=has_footnotes, is_adjusted=is_adjusted))
    )
    assert limits(found).equals(limits(plain))
    assert found.covers == plain.covers
    assert len(limits(found)) == sum(outlook.years)
    assert len(found.adjusted) == is_adjusted
    assert plain.adjusted == ()


def test_an_adjusted_total_is_taken_with_its_cell_its_year_and_the_note() -> None:
    found = read(limits_pages(Outlook(is_adjusted=True)))
    (said,) = found.adjusted
    assert re.findall(r"4\.8!(\w+) = -?[\d.]+ \((\d{4}-\d\d)\)", said) == [
        ("J12", "2025-26"),
        ("K12", "2026-27"),
        ("L12", "2027-28"),
        ("M12", "2028-29"),
        ("N12", "2029-30"),
    ]
    assert said.endswith(f"): {NOTE_ON_GROWTH}")
    assert found.covers.first == date(2025, 11, 1)


def without_note(capital: Page) -> None:
    capital.rows.pop()


def with_other_departments_off(capital: Page) -> None:
    for row in capital.rows[6:11]:
        row[9] = row[9] + 3 if isinstance(row[9], float) else row[9]


def with_health_off(capital: Page) -> None:
    capital.rows[5][9] += 3


@pytest.mark.parametrize("spoil", [without_note, with_other_departments_off, with_health_off])
def test_an_adjusted_total_is_refused_where_nothing_else_confirms_the_amounts(spoil: Callable[[Page], None]) -> None:
    pages = limits_pages(Outlook(is_adjusted=True))
    spoil(pages[2])
    assert "sheet 4.8, cell J6: does not match the amounts of its year and the year before" in refusal(pages)


def test_years_that_changed_places_are_refused_beside_an_adjusted_total() -> None:
    pages = limits_pages(Outlook(is_adjusted=True))
    for row in pages[2].rows[5:12]:
        row[3], row[4] = row[4], row[3]
    assert "does not match the amounts" in refusal(pages)


def test_a_department_that_is_blank_is_refused_where_the_others_do_not_add_up() -> None:
    pages = limits_pages(Outlook(is_blank=True))
    row_of(pages[1], "Education")[2:7] = [None] * 5
    assert "is not the sum of the departments" in refusal(pages)


@pytest.mark.parametrize("department", ["Education", "Health and Social Care "])
def test_a_department_that_is_blank_in_one_year_is_refused(department: str) -> None:
    pages = limits_pages()
    row_of(pages[1], department)[3] = None
    assert "is empty, where a number is expected" in refusal(pages)


def test_health_is_never_blank() -> None:
    pages = limits_pages()
    row_of(pages[1], "Health and Social Care ")[2:7] = [None] * 5
    assert "sheet 4.7, cell C6: is empty, where a number is expected" in refusal(pages)
