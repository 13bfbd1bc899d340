"""Sheets of formulas, each written with the value that it gives.

A formula names cells by the headings of columns: ``[Cost]`` is the cell of its own row, ``[Exits!Month]`` that of the
same row of another sheet, ``[Exits!Month:]`` a whole column, and ``[^Cost]`` the cells above, whose head adds nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
MONTH, DAY = "mmm yyyy", "d mmm yyyy"
WHOLE, EXACT, GBP_M, SHARE, PLAIN = "#,##0", "#,##0.00", "#,##0.0", "0.0%", "General"

_CELLS = re.compile(r"\[(?P<above>\^)?(?:(?P<sheet>[^][!]+)!)?(?P<heading>[^][!:]+)(?P<whole>:)?\]")


@dataclass(frozen=True)
class Column:
    """One column of a table: its cells, and the formula of all of them, or of each, where they are calculated."""

    heading: str
    values: Sequence[object]
    formula: str | Sequence[str | None] | None = None
    number_format: str | Sequence[str] = PLAIN
    width: int = 0
    may_change: bool = False


class _Worksheet(Worksheet):
    """A sheet whose formulas are written as they are: the library looks for thirty new functions in each, in vain."""

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


class FormulaBook:
    """A workbook of such sheets, which is written when it is closed."""

    def __init__(self, target: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(target, {"in_memory": True})
        self.book.set_properties({"title": title, "created": CREATED})
        self._formats: dict[tuple, Format] = {}
        self._tables: dict[str, Sequence[Column]] = {}
        self._letters: dict[tuple[str, str], str] = {}

    def format(self, **properties: object) -> Format:
        """A format, made once."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": FONT, "font_size": 11, **properties})
        return self._formats[key]

    def add(self, name: str, notes: Sequence[str], columns: Sequence[Column]) -> Worksheet:
        """Adds a sheet with one table and at most two notes."""
        sheet = self.book.add_worksheet(name, _Worksheet)
        self._tables[name] = columns
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, name, self.format(bold=True, font_size=14))
        for row, note in enumerate(notes, start=1):
            sheet.write_string(row, 0, note, self.format())
        sheet.freeze_panes(FIRST - 1, 1)
        head = self.format(bold=True, bottom=1, text_wrap=True, valign="top")
        for place, column in enumerate(columns):
            self._letters[name, column.heading] = xl_col_to_name(place)
            sheet.write_string(FIRST - 2, place, column.heading, head)
            sheet.set_column(place, place, column.width or max(11, len(column.heading) + 2))
        return sheet

    def close(self) -> None:
        """Writes the cells of every table, and the file."""
        for name, columns in self._tables.items():
            for place, column in enumerate(columns):
                self._write(self.book.get_worksheet_by_name(name), name, place, column)
        self.book.close()

    def cells(self, formula: str, sheet: str, row: int = FIRST) -> str:
        """A formula of a sheet with the cells that it names; to be asked once all tables are added."""

        def addressed(named: re.Match) -> str:
            other = named["sheet"] or sheet
            letter, prefix = self._letters[other, named["heading"]], f"'{named['sheet']}'!" if named["sheet"] else ""
            if named["whole"]:
                return f"{prefix}${letter}${FIRST}:${letter}${FIRST + len(self._tables[other][0].values) - 1}"
            if named["above"]:
                return f"{prefix}${letter}${FIRST - 1}:${letter}{row - 1}"
            return f"{prefix}${letter}{row}"

        return _CELLS.sub(addressed, formula)

    def _write(self, sheet: Worksheet, name: str, place: int, column: Column) -> None:
        formulas, formats = (
            [of] * len(column.values) if of is None or isinstance(of, str) else of
            for of in (column.formula, column.number_format)
        )
        look = {"bg_color": TO_CHANGE, "border": 1, "border_color": "#B1B4B6"} if column.may_change else {}
        styles = {shown: self.format(num_format=shown, valign="top", **look) for shown in dict.fromkeys(formats)}
        for row, (value, formula, shown) in enumerate(zip(column.values, formulas, formats, strict=True), start=FIRST):
            if formula is not None:
                sheet.write_formula(row - 1, place, self.cells(formula, name, row), styles[shown], _serial(value))
            elif value is None:
                sheet.write_blank(row - 1, place, None, styles[shown])
            elif isinstance(value, date):
                sheet.write_datetime(row - 1, place, value, styles[shown])
            elif isinstance(value, str):
                sheet.write_string(row - 1, place, value, styles[shown])
            else:
                sheet.write_number(row - 1, place, float(value), styles[shown])


def _serial(value: object) -> object:
    """A value as a spreadsheet keeps that of a formula: days are counted."""
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    return value if isinstance(value, str | bool) else float(value)
