"""OBR economy workbook: the GDP deflator by financial year, from the table of inflation."""

import re

import polars as pl

from nhs_assets.contracts.publishers import GROWTH_TOLERANCE, INDEX_TOLERANCE, PublishedDeflator
from nhs_assets.ground.problems import BadInput
from nhs_assets.sources.publishers.grid import Table, amount, group_over, refused, the_one, titled
from nhs_assets.sources.publishers.headings import financial_year, following_years, fy_has_ended, plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span
from nhs_assets.sources.publishers.obr import table_number, vintage
from nhs_assets.sources.publishers.rows import tidy
from nhs_assets.sources.publishers.workbook import Sheet, is_workbook, open_workbook

TABLE = "raw.gdp_deflator"
_SERIES = "gdp deflator"
_BASE = "2023 100"
_TITLE = re.compile(r"(table )?\d+ \d+[a-z]? inflation")
_QUARTER = re.compile(r"((?:19|20)\d\d)\s?Q([1-4])")


class InflationTable:
    """OBR Economic and Fiscal Outlook, economy tables: inflation, with the GDP deflator."""

    kind = "obr_gdp_deflator"
    rows_stand_alone = False

    def recognise(self, content: bytes, beside: Beside) -> float:
        """1 if it has the table of inflation with a GDP deflator."""
        try:
            if not is_workbook(content, beside):
                return 0.0
            book = open_workbook(content, beside)
            return float(any(_has_series(table.sheet) for table in titled(book, _is_title)))
        except BadInput:
            return 0.0

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Index (calendar 2023 = 100) and growth by financial year, rounded to four decimals as they are held.

        Raises:
            BadInput: if the table or a column is not there once, a year is not the mean of its quarters, growth does
                not follow from the index, or a figure is a formula.
        """
        book = open_workbook(content, beside)
        published = vintage(book, beside)
        table = the_one(titled(book, _is_title), "inflation", beside)
        rows = [{**row, "is_forecast": not fy_has_ended(str(row["fy"]), published)} for row in _years(table, beside)]
        return ReadFile(
            kind=self.kind,
            covers=Coverage(Span.VINTAGE, published, published),
            tables={TABLE: tidy(beside, PublishedDeflator, pl.DataFrame(rows))},
            rows=len(rows),
            passed_over=0,
            rows_stand_alone=self.rows_stand_alone,
        )


def _is_title(text: str) -> bool:
    return _TITLE.fullmatch(text) is not None


def _has_series(sheet: Sheet) -> bool:
    return any(plain(text) == _SERIES for _, _, text in sheet.texts(10))


def _years(table: Table, beside: Beside) -> list[dict[str, object]]:
    sheet = table.sheet
    header, growth_column, index_column = _columns(table, beside)
    label_column = _label_column(table, header, min(growth_column, index_column), beside)
    labels: dict[int, str] = {}
    for row, cells in sheet.rows.items():
        if row > header and (index_column in cells or growth_column in cells):
            if label_column not in cells:
                raise refused(beside, sheet, row, label_column, "has figures and no period", "")
            labels[row] = cells[label_column].text
    quarters: dict[tuple[int, int], float] = {}
    quarters_before: dict[tuple[int, int], float] = {}
    years: dict[str, int] = {}
    for row, label in labels.items():
        match = _QUARTER.fullmatch(label)
        fy = financial_year(label)
        if match:
            key = (int(match[1]), int(match[2]))
            if key in quarters:
                raise refused(beside, sheet, row, label_column, "repeats a quarter", label)
            quarters[key] = amount(sheet, row, index_column, beside)
            growth = amount(sheet, row, growth_column, beside)
            quarters_before[key] = quarters[key] / (1 + growth / 100) if growth > -100 else 0.0
        elif fy is not None:
            if fy in years:
                raise refused(beside, sheet, row, label_column, "repeats a year", label)
            years[fy] = row
        elif not re.fullmatch(r"(19|20)\d\d", label):
            raise refused(beside, sheet, row, label_column, "is no quarter, year or financial year", label)
    if not years or not following_years(list(years)):
        rule = "has financial years that do not follow each other"
        raise beside.refuse(rule, "Compare it with the published table.", row=f"sheet {sheet.name}")
    found: list[dict[str, object]] = []
    # The year before the first is not printed; its quarters follow from the growth of those of the first.
    previous = _mean(next(iter(years)), quarters_before)
    for fy, row in years.items():
        index, growth = amount(sheet, row, index_column, beside), amount(sheet, row, growth_column, beside)
        mean = _mean(fy, quarters)
        if mean is None or abs(mean - index) > INDEX_TOLERANCE:
            raise refused(beside, sheet, row, index_column, f"is not the mean of its quarters, {mean},", index)
        if not previous or abs((index / previous - 1) * 100 - growth) > GROWTH_TOLERANCE:
            raise refused(beside, sheet, row, growth_column, "does not follow from the index", growth)
        previous = index
        locator = f"{table_number(table.title)}, GDP deflator, financial years"
        found.append({"fy": fy, "index_value": round(index, 4), "growth_pct": round(growth, 4), "locator": locator})
    return found


def _columns(table: Table, beside: Beside) -> tuple[int, int, int]:
    """The row of headings, and the columns of the deflator's growth and of its index."""
    sheet = table.sheet
    for row, cells in sheet.rows.items():
        series = [column for column, cell in cells.items() if plain(cell.text) == _SERIES]
        if row <= table.row or not series:
            continue
        above = [upper for upper in sheet.rows if table.row < upper < row]
        first = min(cells)
        over = {column: [group_over(sheet, upper, column, first) for upper in above] for column in series}
        growth = [column for column, groups in over.items() if any("growth" in group for group in groups)]
        index = [column for column, groups in over.items() if _BASE in groups]
        if len(growth) == 1 and len(index) == 1 and len(series) == 2:
            return row, growth[0], index[0]
        rule = "does not have the GDP deflator once as year-on-year growth and once as an index of 2023 = 100"
        raise beside.refuse(rule, "A new base year needs a new reader.", row=f"sheet {sheet.name}, row {row}")
    raise beside.refuse("has no column of the GDP deflator", "Get the workbook again.", row=f"sheet {sheet.name}")


def _label_column(table: Table, header: int, before: int, beside: Beside) -> int:
    sheet = table.sheet
    found = {
        column
        for row, cells in sheet.rows.items()
        for column, cell in cells.items()
        if row > header and column < before and financial_year(cell.text) is not None
    }
    if len(found) != 1:
        rule = f"has {len(found)} columns of financial years left of the deflator"
        raise beside.refuse(rule, "Compare it with the published table.", row=f"sheet {sheet.name}")
    return found.pop()


def _mean(fy: str, quarters: dict[tuple[int, int], float]) -> float | None:
    start = int(fy[:4])
    needed = [(start, 2), (start, 3), (start, 4), (start + 1, 1)]
    if any(key not in quarters for key in needed):
        return None
    return sum(quarters[key] for key in needed) / len(needed)
