"""What all workbooks of the Economic and Fiscal Outlook share: its month, and the numbers of its tables."""

import re
from datetime import date

from nhs_assets.sources.publishers.grid import TITLE_ROWS
from nhs_assets.sources.publishers.headings import months_named, plain
from nhs_assets.sources.publishers.workbook import Workbook

_NUMBER = re.compile(r"(?:table\s+)?(\d+\.\d+[a-z]?)\b", re.IGNORECASE)


def forecast_month(book: Workbook) -> date:
    """The month of the forecast, as its first day.

    Raises:
        BadInputError: if no sheet states it, or two state different months.
    """
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
