"""HM Treasury's quarterly workbook of GDP deflators: the index by financial year in its own base year."""

import re
from collections import Counter
from datetime import date

import polars as pl

from nhs_assets.contracts.publishers import HMT_GROWTH_TOLERANCE, DeflatorInOwnBase
from nhs_assets.sources.cells import row_name
from nhs_assets.sources.publishers import grid
from nhs_assets.sources.publishers.headings import financial_year, months_named, plain
from nhs_assets.sources.publishers.interface import Coverage, ReadFile
from nhs_assets.sources.publishers.rows import Place, tidy
from nhs_assets.sources.publishers.workbook import DASHES, Sheet, Workbook, workbook_format

KIND = "hmt_gdp_deflators"
_LONGEST_TITLE = 150
_FIRST_FY = "2000-01"
_STATES_RELEASE = re.compile(r"\b(updated?|released?|published)\b")
_BASE = re.compile(r"((?:19|20)\d\d)\s*[-–/]\s*(\d\d)\s*=\s*100\b")
_CHANGE = re.compile(r"\b(per cent|percentage|%)\s+change\b|\bchange on (the )?previous year\b")


def _tables(book: Workbook) -> list[grid.Table]:
    found = grid.titled(book, lambda text: "gdp deflators at market prices" in text and len(text) < _LONGEST_TITLE)
    return [table for table in found if _years_column(table.sheet)]


def _read(book: Workbook) -> ReadFile:
    """Index and growth by financial year; a year without an index continues the one before by its growth.

    The values of formulas are accepted, since index and growth confirm each other.
    """
    table = grid.only_table(book, _tables(book), "GDP deflators with financial years")
    published = _published(table)
    # The series begins in 1955; the years of any plan or programme here are of this century.
    years, place = _rows(table)
    rows = [row for row in years if row["fy"] >= _FIRST_FY]
    if not rows:
        raise table.sheet.refuse(f"has no year since {_FIRST_FY}")
    frame = tidy(book.context, DeflatorInOwnBase, pl.DataFrame(rows, infer_schema_length=None), place)
    return ReadFile(KIND, Coverage(published, published), {"raw.treasury_deflator": frame})


def _years_column(sheet: Sheet) -> int | None:
    """The column with financial years; None if there is none, or more than one."""
    counts = Counter(column for (_, column), cell in sheet.cells.items() if financial_year(cell.text))
    several = [column for column, count in counts.items() if count > 1]
    return several[0] if len(several) == 1 else None


def _published(table: grid.Table) -> date:
    """The month of the release: that of the title, or the only one in the lines above the years."""
    above = [(plain(text), month) for _, _, text in table.sheet.texts(grid.TITLE_ROWS) for month in months_named(text)]
    stated = {month for text, month in above if _STATES_RELEASE.search(text)}
    found = months_named(table.title) or sorted(stated or {month for _, month in above})
    if len(found) != 1:
        several = ", ".join(f"{month:%B %Y}" for month in found) or None
        raise table.sheet.refuse("does not state the month of its release in one place", value=several)
    return found[0]


def _rows(table: grid.Table) -> tuple[list[dict[str, object]], Place]:
    """Index and growth by year, and where they were read."""
    sheet = table.sheet
    labels = _years_column(sheet)
    years: dict[str, int] = {}
    for row, cells in sheet.rows.items():
        if row <= table.row or labels not in cells:
            continue
        label = cells[labels].text
        fy = financial_year(label)
        if fy in years:
            raise sheet.refuse("repeats a year", at=(row, labels), value=fy)
        if fy is not None:
            years[fy] = row
        elif years and len(cells) > 1:
            raise sheet.refuse("is not a financial year", at=(row, labels), value=label)
    grid.check_consecutive(sheet, years)
    base, index_column, growth_column = _columns(table, labels, min(years.values()))
    if base not in years:
        raise sheet.refuse(f"has no row of its base year {base}")
    for row, cells in sheet.rows.items():
        stray = cells.get(index_column)
        if row > table.row and row not in years.values() and stray and stray.number is not None:
            raise sheet.refuse("is a figure without a financial year", at=(row, index_column), value=stray.text)
    found: list[dict[str, object]] = []
    previous: float | None = None
    is_forecast = False
    for fy, row in years.items():
        index_cell, growth_cell = (sheet.cells.get((row, column)) for column in (index_column, growth_column))
        growth = None
        # Nothing confirms the growth of the first year, whose year before is not there.
        if previous is not None:
            if growth_cell is None or not growth_cell.text or growth_cell.text in DASHES:
                raise sheet.refuse("has no growth", at=(row, growth_column), value=fy)
            growth = sheet.amount(row, growth_column, formula_checked=True)
        if index_cell is not None and index_cell.text in DASHES:
            if previous is None:
                raise sheet.refuse("has neither index nor growth", at=(row, index_column), value=fy)
            is_forecast = True
            index = previous * (1 + growth / 100)
        else:
            index = sheet.amount(row, index_column, formula_checked=True)
            if is_forecast:
                raise sheet.refuse("follows a year without an index", at=(row, index_column), value=index)
            # Two decimals say less of a low index.
            tolerance = HMT_GROWTH_TOLERANCE * max(1.0, 100 / previous) if previous is not None else 0.0
            if previous is not None and abs((index / previous - 1) * 100 - growth) > tolerance:
                sheet.question("growth_of_index", "does not match the index", (row, growth_column))
        if fy == base and abs(index - 100) > HMT_GROWTH_TOLERANCE:
            sheet.question("base_year", "is not 100 in its base year", (row, index_column))
        previous = index
        values = (fy, base, index, growth, is_forecast)
        found.append(dict(zip(DeflatorInOwnBase.column_names(), values, strict=True)))
    named = {row_name([fy]): row for fy, row in years.items()}
    columns = {"growth_pct": growth_column}
    return found, lambda row, column: sheet.place(named[row], columns.get(column, index_column))


def _columns(table: grid.Table, labels: int, first_row: int) -> tuple[str, int, int]:
    """The base year, the column whose headings name it, and the first column of change to its right."""
    sheet = table.sheet
    last = min(max(column for cells in sheet.rows.values() for column in cells), labels + grid.MAX_COLUMNS)
    above = [row for row in sheet.rows if table.row < row < first_row]
    if len(above) > grid.MAX_HEADING_ROWS:
        raise sheet.refuse(f"has more than {grid.MAX_HEADING_ROWS} rows between its title and its first year")
    headings: dict[int, str] = {}
    for column in range(labels + 1, last + 1):
        over = [sheet.over(row, column) for row in above]
        headings[column] = " ".join(cell.text for cell in over if cell is not None)
        if "calendar year" in plain(headings[column]) and not _BASE.search(headings[column]):
            break
    changes = [column for column, text in headings.items() if _CHANGE.search(plain(text))]
    bases = {
        column: financial_year(f"{match[1]}-{match[2]}")
        for column, text in headings.items()
        if (match := _BASE.search(text)) and column not in changes
    }
    if len(bases) != 1 or None in bases.values():
        raise sheet.refuse("does not name one financial year as base above one column, as in 2024-25 = 100")
    ((index_column, base),) = bases.items()
    to_the_right = [column for column in changes if column > index_column]
    if not to_the_right:
        raise sheet.refuse("has no column of change on the year before to the right of the index")
    return base, index_column, to_the_right[0]


FORMAT = workbook_format(KIND, lambda book: bool(_tables(book)), _read)
"""GDP deflators at market prices, and money GDP."""
