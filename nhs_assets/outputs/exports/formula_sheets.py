"""Sheets of formulas: tables whose columns know where they are, written with the values that the formulas give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nhs_assets.outputs.exports.workbook import CREATED, FONT

FIRST = 5
"""Row, counted from 1, of the first row of every table: below a title, two notes and the head."""
TO_CHANGE = "#FFF4C2"
"""Behind cells that a reader may change."""
MONTH, DAY, WHOLE, EXACT, GBP_M, PLAIN = "mmm yyyy", "d mmm yyyy", "#,##0", "#,##0.00", "#,##0.0", "General"

Formula = Callable[[int], str | None]
"""The formula of a row, counted from 1; None where its cell is a plain value."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its cells, and their formulas where they are calculated."""

    heading: str
    values: Sequence[object]
    formula: Formula | None = None
    number_format: str | Sequence[str] = PLAIN
    width: int = 0
    may_change: bool = False


@dataclass(frozen=True)
class Layout:
    """Where a sheet has its columns, so that any formula can name their cells."""

    name: str
    rows: int
    headings: Sequence[str]

    @property
    def last(self) -> int:
        """The last row, counted from 1."""
        return FIRST + self.rows - 1

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {heading: xl_col_to_name(place) for place, heading in enumerate(self.headings)}

    def all(self, heading: str) -> str:
        """The cells of a column."""
        letter = self._letters[heading]
        return f"'{self.name}'!${letter}${FIRST}:${letter}${self.last}"

    def at(self, heading: str, row: int) -> str:
        """One cell of a column."""
        return f"'{self.name}'!${self._letters[heading]}${row}"

    def own(self, heading: str, row: int) -> str:
        """One cell of a column, for formulas of this sheet."""
        return f"${self._letters[heading]}{row}"

    def above(self, heading: str, row: int) -> str:
        """The cells of a column above a row of this sheet; that of the head adds nothing to a sum."""
        letter = self._letters[heading]
        return f"${letter}${FIRST - 1}:${letter}{row - 1}"


class _Worksheet(Worksheet):
    """A sheet whose formulas are written as they are: the library looks for thirty new functions in each, in vain."""

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


class FormulaBook:
    """A workbook of such sheets."""

    def __init__(self, target: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(target, {"in_memory": True})
        self.book.set_properties({"title": title, "created": CREATED})
        self._formats: dict[tuple, Format] = {}

    def format(self, **properties: object) -> Format:
        """A format, made once."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": FONT, "font_size": 11, **properties})
        return self._formats[key]

    def add(self, layout: Layout, notes: Sequence[str], columns: Sequence[Column]) -> Worksheet:
        """Writes a sheet with one table."""
        if [column.heading for column in columns] != list(layout.headings):
            raise ValueError(f"the columns of {layout.name} are not those of its layout")
        sheet = self.book.add_worksheet(layout.name, _Worksheet)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, layout.name, self.format(bold=True, font_size=14))
        for row, note in enumerate(filter(None, notes), start=1):
            sheet.write_string(row, 0, note, self.format())
        sheet.freeze_panes(FIRST - 1, 1)
        head = self.format(bold=True, bottom=1, text_wrap=True, valign="top")
        for place, column in enumerate(columns):
            sheet.write_string(FIRST - 2, place, column.heading, head)
            sheet.set_column(place, place, column.width or max(11, len(column.heading) + 2))
            shown = column.number_format
            formats = [shown] * layout.rows if isinstance(shown, str) else shown
            look = {"bg_color": TO_CHANGE, "border": 1, "border_color": "#B1B4B6"} if column.may_change else {}
            styles = {name: self.format(num_format=name, valign="top", **look) for name in formats}
            for row, (value, name) in enumerate(zip(column.values, formats, strict=True), start=FIRST):
                formula = column.formula(row) if column.formula else None
                _write(sheet, row - 1, place, value, formula, styles[name])
        return sheet


def _write(sheet: Worksheet, row: int, place: int, value: object, formula: str | None, style: Format) -> None:
    if formula is not None:
        sheet.write_formula(row, place, formula, style, _serial(value))
    elif value is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, style)
    else:
        sheet.write_number(row, place, float(value), style)


def _serial(value: object) -> object:
    """A value as a spreadsheet keeps that of a formula: days are counted."""
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    return value if isinstance(value, str | bool) else float(value)
