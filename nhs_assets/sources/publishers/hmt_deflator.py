"""HM Treasury's workbook of GDP deflators: the index by financial year in its own base year."""

import re
from datetime import date

import polars as pl

from nhs_assets.contracts.publishers import HMT_GROWTH_TOLERANCE, DeflatorInOwnBase
from nhs_assets.ground.problems import BadInput
from nhs_assets.sources.publishers.grid import (
    MOST_COLUMNS,
    MOST_HEADING_ROWS,
    TITLE_ROWS,
    Table,
    amount,
    is_dash,
    refused,
    the_one,
    titled,
)
from nhs_assets.sources.publishers.headings import financial_year, following_years, months_named, plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span
from nhs_assets.sources.publishers.rows import tidy
from nhs_assets.sources.publishers.workbook import Sheet, is_workbook, open_workbook

TABLE = "raw.treasury_deflator"
_TITLE = "gdp deflators at market prices"
_LONGEST_TITLE = 150
_FIRST_FY = "2000-01"
_SAYS_WHEN = re.compile(r"\b(updated?|released?|published)\b")
_BASE = re.compile(r"((?:19|20)\d\d)\s*[-–/]\s*(\d\d)\s*=\s*100\b")
_CHANGE = re.compile(r"\b(per cent|percentage|%)\s+change\b|\bchange on (the )?previous year\b")


class TreasuryDeflators:
    """HM Treasury, GDP deflators at market prices, and money GDP: a quarterly workbook."""

    kind = "hmt_gdp_deflators"
    rows_stand_alone = False

    def recognise(self, content: bytes, beside: Beside) -> float:
        """1 if a sheet has the title and a column of financial years."""
        try:
            if not is_workbook(content, beside):
                return 0.0
            return float(any(_years_column(t.sheet) for t in titled(open_workbook(content, beside), _is_title)))
        except BadInput:
            return 0.0

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Index and growth by financial year; where the index is left out, it is carried forward by the growth.

        The values that formulas left behind are taken, since index and growth vouch for each other.

        Raises:
            BadInput: if the month, the base year or a column cannot be told, years do not follow each other, or growth
                does not follow from the index.
        """
        book = open_workbook(content, beside)
        tables = [table for table in titled(book, _is_title) if _years_column(table.sheet)]
        table = the_one(tables, "GDP deflators with financial years", beside)
        published = _published(table, beside)
        rows = _rows(table, beside)
        # The series begins in 1955; the years of any plan or programme here are of this century.
        taken = [row for row in rows if row["fy"] >= _FIRST_FY]
        if not taken:
            raise beside.refuse(
                f"has no year since {_FIRST_FY}", "Get the workbook again.", row=f"sheet {table.sheet.name}"
            )
        return ReadFile(
            kind=self.kind,
            covers=Coverage(Span.VINTAGE, published, published),
            tables={TABLE: tidy(beside, DeflatorInOwnBase, pl.DataFrame(taken, infer_schema_length=None))},
            rows=len(rows),
            passed_over=len(rows) - len(taken),
            rows_stand_alone=self.rows_stand_alone,
        )


def _is_title(text: str) -> bool:
    return _TITLE in text and len(text) < _LONGEST_TITLE


def _years_column(sheet: Sheet) -> int | None:
    """The one column that holds more financial years than any other, and at least two."""
    counts: dict[int, int] = {}
    for cells in sheet.rows.values():
        for column, cell in cells.items():
            counts[column] = counts.get(column, 0) + (financial_year(cell.text) is not None)
    ranked = sorted(counts.values(), reverse=True)
    if not ranked or ranked[0] < 2 or (len(ranked) > 1 and ranked[1] > 1):
        return None
    return max(counts, key=lambda column: counts[column])


def _published(table: Table, beside: Beside) -> date:
    """The month of the release: the title's, or the one that the words above the years name."""
    sheet = table.sheet
    titles = months_named(table.title)
    above = [(plain(text), month) for _, _, text in sheet.texts(TITLE_ROWS) for month in months_named(text)]
    dated = {month for text, month in above if _SAYS_WHEN.search(text)}
    found = titles or sorted(dated or {month for _, month in above})
    if len(found) != 1:
        several = ", ".join(f"{month:%B %Y}" for month in found) or None
        rule = "does not say in one place of which month it is"
        raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {sheet.name}", value=several)
    return found[0]


def _rows(table: Table, beside: Beside) -> list[dict[str, object]]:
    sheet = table.sheet
    label_column = _years_column(sheet)
    assert label_column is not None, "the table was chosen for having one"
    years = _years(sheet, label_column, table.row, beside)
    base, index_column, growth_column = _columns(table, label_column, min(years.values()), beside)
    if base not in years:
        raise beside.refuse(f"has no row of its base year {base}", "Get the workbook again.", row=f"sheet {sheet.name}")
    for row, cells in sheet.rows.items():
        if row > table.row and row not in years.values() and index_column in cells:
            stray = cells[index_column]
            if stray.number is not None:
                raise refused(beside, sheet, row, index_column, "is no figure of a financial year", stray.text)
    found: list[dict[str, object]] = []
    previous: float | None = None
    for fy, row in years.items():
        is_carried = is_dash(sheet, row, index_column)
        has_growth = growth_column in sheet.rows[row] and not is_dash(sheet, row, growth_column)
        growth = amount(sheet, row, growth_column, beside, formula_checked=True) if has_growth else None
        # Nothing vouches for the growth of the first year, whose year before is not there.
        growth = None if previous is None else growth
        if growth is None and previous is not None:
            raise refused(beside, sheet, row, growth_column, "has no growth", fy)
        if is_carried and (previous is None or growth is None):
            raise refused(beside, sheet, row, index_column, "has neither index nor growth", fy)
        if is_carried:
            index = previous * (1 + growth / 100)
        else:
            index = amount(sheet, row, index_column, beside, formula_checked=True)
            if found and found[-1]["is_forecast"]:
                raise refused(beside, sheet, row, index_column, "follows a year without an index", index)
            if previous is not None and abs((index / previous - 1) * 100 - growth) > _tolerance(previous):
                raise refused(beside, sheet, row, growth_column, "does not follow from the index", growth)
        previous = index
        found.append(
            {"fy": fy, "base_fy": base, "index_in_base": index, "growth_pct": growth, "is_forecast": is_carried}
        )
    at_base = next(row for row in found if row["fy"] == base)
    if abs(float(at_base["index_in_base"]) - 100) > HMT_GROWTH_TOLERANCE:
        raise refused(beside, sheet, years[base], index_column, "is not 100 in its base year", at_base["index_in_base"])
    return found


def _tolerance(previous: float) -> float:
    """Points by which growth may differ: two decimals say less of a low index."""
    return HMT_GROWTH_TOLERANCE * max(1.0, 100 / previous)


def _years(sheet: Sheet, label_column: int, title_row: int, beside: Beside) -> dict[str, int]:
    years: dict[str, int] = {}
    for row, cells in sheet.rows.items():
        fy = financial_year(cells[label_column].text) if label_column in cells and row > title_row else None
        if fy is None:
            if years and label_column in cells and len(cells) > 1:
                raise refused(beside, sheet, row, label_column, "is no financial year", cells[label_column].text)
            continue
        if fy in years:
            raise refused(beside, sheet, row, label_column, "repeats a year", fy)
        years[fy] = row
    if not following_years(list(years)):
        rule = "has financial years that do not follow each other"
        raise beside.refuse(rule, "Compare it with the published table.", row=f"sheet {sheet.name}")
    return years


def _columns(table: Table, label_column: int, first_row: int, beside: Beside) -> tuple[str, int, int]:
    """The base year, the column whose headings name it, and the first column of change to the right of that."""
    sheet = table.sheet
    last = min(max(column for cells in sheet.rows.values() for column in cells), label_column + MOST_COLUMNS)
    above = [row for row in sheet.rows if table.row < row < first_row]
    if len(above) > MOST_HEADING_ROWS:
        rule = f"has more than {MOST_HEADING_ROWS} rows between its title and its first year"
        raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {sheet.name}")
    headings: dict[int, str] = {}
    for column in range(label_column + 1, last + 1):
        over = [sheet.over(row, column) for row in above]
        headings[column] = " ".join(cell.text for cell in over if cell is not None)
        if "calendar year" in plain(headings[column]) and not _BASE.search(headings[column]):
            break
    bases = {
        column: financial_year(f"{match[1]}-{match[2]}")
        for column, text in headings.items()
        if (match := _BASE.search(text)) is not None and not _CHANGE.search(plain(text))
    }
    if len(bases) != 1 or None in bases.values():
        rule = "does not name one financial year as base over one column, as in 2024-25 = 100"
        raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {sheet.name}")
    (index_column, base), *_ = bases.items()
    changes = [c for c, text in headings.items() if c > index_column and _CHANGE.search(plain(text))]
    if not changes:
        rule = "has no column of change on the year before right of the index"
        raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {sheet.name}")
    return base, index_column, changes[0]
