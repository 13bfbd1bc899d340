"""Tables in the sheets of a workbook: found by their title, with columns named by all headings above them."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from nhs_assets.sources.publishers.headings import (
    are_consecutive,
    financial_year,
    months_named,
    plain,
    without_footnotes,
)
from nhs_assets.sources.publishers.workbook import Sheet, Workbook

TITLE_ROWS = 8
"""Filled rows from the top of a sheet in which its title is searched for."""
_NUMBER = re.compile(r"(?:table\s+)?(\d+\.\d+[a-z]?)\b", re.IGNORECASE)
MAX_COLUMNS = 200
MAX_HEADING_ROWS = 60
"""Filled rows between the title of a table and its financial years; publishers need a handful."""


@dataclass(frozen=True)
class Table:
    """A table: its sheet, its title as written, and the row of the title."""

    sheet: Sheet
    title: str
    row: int


def titled(book: Workbook, matches: Callable[[str], bool]) -> list[Table]:
    """The tables by financial year with a title that matches, one for each sheet."""
    found: list[Table] = []
    for sheet in book.sheets:
        # A sheet of contents repeats the titles of the others, but has no years.
        years = (cell for cell in sheet.cells.values() if financial_year(cell.text))
        if len(list(islice(years, 2))) == 2:
            tables = (
                Table(sheet, text, row) for row, _, text in sheet.texts(TITLE_ROWS) if matches(without_footnotes(text))
            )
            found += islice(tables, 1)
    return found


def only_table(book: Workbook, tables: Sequence[Table], what: str) -> Table:
    """The only table of its kind; refused if there are several, or none."""
    if not tables:
        raise book.context.refuse(f"has no sheet for {what}", "Get the workbook that has it.")
    if len(tables) > 1:
        names = ", ".join(table.sheet.name for table in tables)
        raise book.context.refuse(f"has several sheets for {what}", "Keep the right one.", value=names)
    return tables[0]


def year_row(table: Table) -> int:
    """The row of headings with financial years near the title."""
    sheet = table.sheet
    for row in [row for row in sheet.rows if row > table.row][:MAX_HEADING_ROWS]:
        cells = sheet.rows[row].values()
        if sum(financial_year(cell.text) is not None for cell in cells) > 1:
            if len(cells) > MAX_COLUMNS:
                raise sheet.refuse(f"has more than {MAX_COLUMNS} headings in a row", at=row)
            return row
    raise sheet.refuse(f"has no row of financial years within {MAX_HEADING_ROWS} rows below its title")


def group_over(sheet: Sheet, row: int, column: int, first_column: int, known: Collection[str] | None = None) -> str:
    """The heading of a group: the words, of those known, in a row over a column, or the nearest to the left."""
    for left in range(column, first_column - 1, -1):
        cell = sheet.over(row, left)
        words = "" if cell is None else without_footnotes(cell.text)
        if words and (known is None or words in known):
            return words
    return ""


def label_column(sheet: Sheet, header: int, before: int, is_label: Callable[[str], bool], what: str) -> int:
    """The only column with certain labels below a row of headings and to the left of a column."""
    found = {
        column
        for row, cells in sheet.rows.items()
        for column, cell in cells.items()
        if row > header and column < before and is_label(cell.text)
    }
    if len(found) != 1:
        raise sheet.refuse(f"has {len(found)} columns of {what} to the left of its figures, instead of one")
    return found.pop()


def check_consecutive(sheet: Sheet, years: Collection[str]) -> None:
    """Refuses a sheet without years, or with years that do not follow each other."""
    if not years or not are_consecutive(list(years)):
        raise sheet.refuse("has financial years that are not consecutive")


def forecast_month(book: Workbook) -> date:
    """The month of the forecast, as its first day; refused if no sheet states it, or two state different months."""
    found = {
        month
        for sheet in book.sheets
        for _, _, text in sheet.texts(TITLE_ROWS)
        if "economic and fiscal outlook" in plain(text) and "tables" in plain(text)
        for month in months_named(text)
    }
    if len(found) != 1:
        several = ", ".join(f"{month:%B %Y}" for month in sorted(found)) or None
        rule = "does not state one month of its Economic and Fiscal Outlook"
        raise book.context.refuse(rule, "Get the workbook with its sheet of contents.", value=several)
    return found.pop()


def table_number(title: str) -> str:
    """The number of a table, as in its title."""
    match = _NUMBER.match(title.strip())
    return f"Table {match[1]}" if match else "Table"
