"""An Excel workbook of the tables that fit a spreadsheet, with sheets that describe tables and columns."""

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
"""Most characters that Excel holds in the name of a sheet and in a cell."""

CUT = " ... (cut: the whole text is in the database)"
FIRST_YEAR = 1900
"""Excel has no earlier dates."""

CONTENTS = {
    "table": pl.String,
    "sheet": pl.String,
    "rows": pl.Int64,
    "description": pl.String,
    "why it is not here": pl.String,
}
COLUMNS = dict.fromkeys(("table", "column", "unit", "type", "may be empty", "description"), pl.String)
WIDTHS = {"table": 34, "sheet": 34, "column": 28, "description": 90, "unit": 18, "why it is not here": 60}
NOTE = (
    "Numbers here are spreadsheet numbers of 15 digits, and text is text, never a formula. Exact values and every "
    "table: nhs_assets.duckdb, or the Parquet and CSV files beside this workbook."
)


class TablesWorkbook:
    """Sheets are added table by table; the file is written when it is closed."""

    def __init__(self, target: Path, longest: int) -> None:
        """Opens the workbook.

        Args:
            target: the file; temporary files go into its folder.
            longest: rows of the longest table that gets a sheet.
        """
        self._book = xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": str(target.parent)})
        self._book.set_properties({"title": "nhs_assets", "created": CREATED})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._longest = longest
        self._contents = self._book.add_worksheet("contents")
        self._columns = self._book.add_worksheet("columns")
        self._listed: list[tuple[Contract, str, int]] = []

    def add(self, described: Contract, frame: pl.DataFrame) -> None:
        """Gives a table its sheet, or lists it as too long for one."""
        name = "" if len(frame) > self._longest else self._sheet_name(described.name)
        if name:
            self._fill(self._book.add_worksheet(name), frame)
        self._listed.append((described, name, len(frame)))

    def close(self) -> None:
        """Writes the two sheets that describe the others, and the file."""
        left_out = f"longer than {self._longest:,} rows: take it from the database, the Parquet or the CSV file"
        contents = [
            (described.name, sheet, rows, described.description, "" if sheet else left_out)
            for described, sheet, rows in self._listed
        ]
        columns = [
            (table.name, one.name, one.unit, one.duckdb_type, "yes" if one.nullable else "no", one.description)
            for table, _, _ in self._listed
            for one in table.columns
        ]
        self._fill(self._contents, pl.DataFrame(contents, schema=CONTENTS, orient="row"))
        self._contents.write_string(len(contents) + 1, 0, NOTE)
        self._fill(self._columns, pl.DataFrame(columns, schema=COLUMNS, orient="row"))
        self._book.close()

    def _sheet_name(self, table: str) -> str:
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        name, number = table[:SHEET_NAME_LENGTH], 1
        while name.lower() in taken:
            number += 1
            name = f"{table[: SHEET_NAME_LENGTH - len(str(number)) - 1]}~{number}"
        return name

    def _fill(self, sheet: Worksheet, frame: pl.DataFrame) -> None:
        """Writes the names of the columns and the rows."""

        def text(row: int, column: int, cell: str) -> None:
            whole = cell if len(cell) <= TEXT_LENGTH else cell[: TEXT_LENGTH - len(CUT)] + CUT
            sheet.write_string(row, column, whole)

        def day(row: int, column: int, cell: date) -> None:
            if cell.year < FIRST_YEAR:
                sheet.write_string(row, column, cell.isoformat())
            else:
                sheet.write_datetime(row, column, cell, self._day)

        sheet.freeze_panes(1, 0)
        for column, name in enumerate(frame.columns):
            sheet.set_column(column, column, WIDTHS.get(name, max(len(name) + 2, 12)))
            sheet.write_string(0, column, name, self._bold)
        kinds = {pl.String: text, pl.Date: day, pl.Boolean: sheet.write_boolean}
        writers = [kinds.get(dtype.base_type(), sheet.write_number) for dtype in frame.dtypes]
        for number, row in enumerate(frame.iter_rows(), start=1):
            for column, (write, cell) in enumerate(zip(writers, row, strict=True)):
                if cell is not None:
                    write(number, column, cell)
