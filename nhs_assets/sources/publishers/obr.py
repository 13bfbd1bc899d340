"""What all workbooks of the Economic and Fiscal Outlook have: a sheet that says of which month the forecast is."""

import re
from datetime import date

from nhs_assets.sources.publishers.grid import TITLE_ROWS
from nhs_assets.sources.publishers.headings import months_named, plain
from nhs_assets.sources.publishers.interface import Beside
from nhs_assets.sources.publishers.workbook import Workbook

_NAME = "economic and fiscal outlook"
_NUMBER = re.compile(r"(?:table\s+)?(\d+\.\d+[a-z]?)\b", re.IGNORECASE)


def vintage(book: Workbook, beside: Beside) -> date:
    """The month of the forecast, as its first day.

    Raises:
        BadInput: if no sheet says it, or two say different months.
    """
    found = {
        month
        for sheet in book.sheets
        for _, _, text in sheet.texts(TITLE_ROWS)
        if _NAME in plain(text) and "tables" in plain(text)
        for month in months_named(text)
    }
    if len(found) != 1:
        several = ", ".join(f"{month:%B %Y}" for month in sorted(found)) or None
        rule = "does not say on one of its sheets of which month's Economic and Fiscal Outlook it is"
        raise beside.refuse(rule, "Get the workbook with its sheet of contents.", value=several)
    return found.pop()


def table_number(title: str) -> str:
    """The number of a table, as its title gives it."""
    match = _NUMBER.match(title.strip())
    return f"Table {match[1]}" if match else "Table"
