"""One Excel workbook of the tables that fit a spreadsheet, with a sheet that says what each holds and in which unit."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from nhs_assets.contracts.registry import Contract

CREATED = datetime(2000, 1, 1)
"""Stated in the file in place of the clock: the same tables give the same bytes."""

SHEET_NAME_LENGTH = 31
TEXT_LENGTH = 32_767
"""What Excel holds in the name of a sheet and in a cell, in characters."""

CUT = " ... (cut: the whole text is in the database)"
FIRST_YEAR = 1900
"""Excel knows no day before it."""

CONTENTS = ("table", "sheet", "rows", "description", "why it is not here")
COLUMNS = ("table", "column", "unit", "type", "may be empty", "description")
WIDTHS = {"table": 34, "sheet": 34, "column": 28, "description": 90, "unit": 18, "why it is not here": 60}
NOTE = (
    "Numbers here are spreadsheet numbers of 15 digits, and text is text, never a formula. Exact values and every "
    "table: nhs_assets.duckdb, or the Parquet and CSV files beside this workbook."
)


class TablesWorkbook:
    """Sheets are added table by table; nothing stands in the file until it is closed."""

    def __init__(self, target: Path, longest: int) -> None:
        """Opens it.

        Args:
            target: the file; its folder takes what is written on the way.
            longest: rows of the longest table that gets a sheet.
        """
        options = {"constant_memory": True, "tmpdir": str(target.parent)}
        self._book = xlsxwriter.Workbook(target, options)
        self._book.set_properties({"title": "nhs_assets", "created": CREATED})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._longest = longest
        self._contents = self._book.add_worksheet("contents")
        self._columns = self._book.add_worksheet("columns")
        self._listed: list[tuple[Contract, str | None, int]] = []

    def add(self, described: Contract, frame: pl.DataFrame) -> None:
        """Gives a table its sheet, or lists it as too long for one."""
        if len(frame) > self._longest:
            self._listed.append((described, None, len(frame)))
            return
        sheet = self._book.add_worksheet(self._sheet_name(described.name))
        self._head(sheet, frame.columns)
        writers = [self._writer(sheet, dtype) for dtype in frame.dtypes]
        for number, row in enumerate(frame.iter_rows(), start=1):
            for place, (write, cell) in enumerate(zip(writers, row, strict=True)):
                if cell is not None:
                    write(number, place, cell)
        self._listed.append((described, sheet.name, len(frame)))

    def close(self) -> None:
        """Writes the two sheets that describe the others, and the file."""
        left_out = f"longer than {self._longest:,} rows: take it from the database, the Parquet or the CSV file"
        self._head(self._contents, CONTENTS)
        number = 0
        for number, (described, sheet, rows) in enumerate(self._listed, start=1):
            reason = left_out if sheet is None else ""
            cells = (described.name, sheet or "", rows, described.description, reason)
            for place, cell in enumerate(cells):
                self._write_plain(self._contents, number, place, cell)
        self._write_plain(self._contents, number + 1, 0, NOTE)
        self._head(self._columns, COLUMNS)
        columns = ((described, column) for described, _, _ in self._listed for column in described.columns)
        for number, (described, column) in enumerate(columns, start=1):
            empty = "yes" if column.nullable else "no"
            cells = (described.name, column.name, column.unit, column.duckdb_type, empty, column.description)
            for place, cell in enumerate(cells):
                self._write_plain(self._columns, number, place, cell)
        self._book.close()

    def _sheet_name(self, table: str) -> str:
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        name, number = table[:SHEET_NAME_LENGTH], 1
        while name.lower() in taken:
            number += 1
            name = f"{table[: SHEET_NAME_LENGTH - len(str(number)) - 1]}~{number}"
        return name

    def _head(self, sheet: Worksheet, names: list[str] | tuple[str, ...]) -> None:
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(names):
            sheet.set_column(place, place, WIDTHS.get(name, max(len(name) + 2, 12)))
            sheet.write_string(0, place, name, self._bold)

    def _write_plain(self, sheet: Worksheet, row: int, place: int, cell: str | int) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, place, cell)
        else:
            sheet.write_number(row, place, cell)

    def _writer(self, sheet: Worksheet, dtype: pl.DataType) -> Callable[[int, int, object], object]:
        def text(row: int, place: int, cell: str) -> None:
            whole = cell if len(cell) <= TEXT_LENGTH else cell[: TEXT_LENGTH - len(CUT)] + CUT
            sheet.write_string(row, place, whole)

        def day(row: int, place: int, cell: date) -> None:
            if cell.year < FIRST_YEAR:
                sheet.write_string(row, place, cell.isoformat())
            else:
                sheet.write_datetime(row, place, cell, self._day)

        if dtype == pl.String:
            return text
        if dtype == pl.Date:
            return day
        return sheet.write_boolean if dtype == pl.Boolean else sheet.write_number
