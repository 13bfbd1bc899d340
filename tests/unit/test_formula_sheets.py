"""Formulas name cells by headings, are written with their values, and are read back by recalculation."""

from datetime import date
from pathlib import Path

import pytest

from nhs_assets.outputs.exports.formula_sheets import MONTH, Column, FormulaBook
from tests.recalculation import Recalculated

pytestmark = pytest.mark.unit


def written(target: Path) -> Path:
    book = FormulaBook(target, "test")
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    book.add(
        "Sums",
        ["A note."],
        (
            Column("Month", months, None, MONTH),
            Column("Paid, £", [1, 2, 3], may_change=True),
            Column("So far", [1, 3, 6], "=SUM([^Paid, £])+[Paid, £]"),
            Column("Twice", [2, 4, 6], "=[More!Twice]"),
            Column("Whole", [6, None, 7], ["=SUM([More!Paid:])", None, None]),
            Column("Next month", [*months[1:], date(2026, 4, 1)], "=EDATE([Month],1)", MONTH),
        ),
    )
    book.add(
        "More",
        [],
        (Column("Paid", [1, 2, 3], "=[Sums!Paid, £]"), Column("Twice", [2, 4, 6], "=IF([Paid]>0,[Paid]*2,0)")),
    )
    book.close()
    return target


def test_formulas_give_the_values_that_stand_with_them(tmp_path: Path) -> None:
    book = Recalculated(written(tmp_path / "first.xlsx"))
    assert len(book.formulas) == 16
    for (sheet, cell), stated in book.stated.items():
        assert book.value(sheet, cell) == stated, (sheet, cell)
    assert book.formulas["Sums", "C6"] == "SUM($B$4:$B5)+$B6"
    assert book.formulas["Sums", "E5"] == "SUM('More'!$A$5:$A$7)"


def test_what_is_changed_is_followed(tmp_path: Path) -> None:
    book = Recalculated(written(tmp_path / "first.xlsx"), {("Sums", "B6"): 10.0})
    assert book.column("Sums", "So far") == [1, 11, 14]
    assert book.column("Sums", "Twice") == [2, 20, 6]
    assert book.column("Sums", "Whole") == [14, None, 7]


def test_the_same_cells_give_the_same_file(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name).read_bytes() for name in ("first.xlsx", "second.xlsx"))
    assert first == second
