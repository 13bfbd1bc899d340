"""Economy workbook of the OBR: the GDP deflator by financial year, from the table of inflation."""

import re

import polars as pl

from nhs_assets.contracts.publishers import GROWTH_TOLERANCE, INDEX_TOLERANCE, PublishedDeflator
from nhs_assets.sources.cells import row_name
from nhs_assets.sources.publishers import grid
from nhs_assets.sources.publishers.headings import financial_year, fy_has_ended, without_footnotes
from nhs_assets.sources.publishers.interface import Coverage, ReadFile
from nhs_assets.sources.publishers.rows import Place, tidy
from nhs_assets.sources.publishers.workbook import Workbook, workbook_format

KIND = "obr_gdp_deflator"
_SERIES = "gdp deflator"
BASE_YEAR = 2023
"""Calendar year in which the index of the table is 100, whatever it is in the workbook."""

BASE_TOLERANCE = 0.1
"""How far the mean of the four quarters of the base year, which the OBR weighs, may be from 100."""

_BASE = re.compile(r"((?:19|20)\d\d) 100")
_TITLE = re.compile(r"(table )?\d+ \d+[a-z]? inflation")
_QUARTER = re.compile(r"((?:19|20)\d\d)\s?Q([1-4])")


def _tables(book: Workbook) -> list[grid.Table]:
    return grid.titled(book, lambda text: _TITLE.fullmatch(text) is not None)


def _has_series(book: Workbook) -> bool:
    texts = (text for table in _tables(book) for _, _, text in table.sheet.texts(10))
    return any(without_footnotes(text) == _SERIES for text in texts)


def _read(book: Workbook) -> ReadFile:
    """Index (calendar 2023 = 100) and growth by financial year, rounded to four decimals.

    Each year must be the mean of its quarters, and growth must match the index. An index on another base year is put
    on this one by its own quarters.
    """
    published = grid.forecast_month(book)
    table = grid.only_table(book, _tables(book), "inflation")
    years, place = _years(table)
    rows = [{**row, "is_forecast": not fy_has_ended(str(row["fy"]), published)} for row in years]
    tables = {"raw.gdp_deflator": tidy(book.context, PublishedDeflator, pl.DataFrame(rows), place)}
    return ReadFile(KIND, Coverage(published, published), tables)


def _years(table: grid.Table) -> tuple[list[dict[str, object]], Place]:
    """Index and growth by year, and where they were read."""
    sheet = table.sheet
    header, growth_column, index_column, base_year = _columns(table)
    first = min(growth_column, index_column)
    labels = grid.label_column(sheet, header, first, lambda text: financial_year(text) is not None, "years")
    quarters: dict[tuple[int, int], float] = {}
    quarters_before: dict[tuple[int, int], float] = {}
    years: dict[str, int] = {}
    for row, cells in sheet.rows.items():
        if row <= header or not {index_column, growth_column} & cells.keys():
            continue
        if labels not in cells:
            raise sheet.refuse("has figures but no period", at=(row, labels))
        label = cells[labels].text
        fy = financial_year(label)
        if match := _QUARTER.fullmatch(label):
            quarter = (int(match[1]), int(match[2]))
            if quarter in quarters:
                raise sheet.refuse("repeats a quarter", at=(row, labels), value=label)
            quarters[quarter] = sheet.amount(row, index_column)
            growth = sheet.amount(row, growth_column)
            quarters_before[quarter] = quarters[quarter] / (1 + growth / 100) if growth > -100 else 0.0
        elif fy is not None:
            if fy in years:
                raise sheet.refuse("repeats a year", at=(row, labels), value=label)
            years[fy] = row
        elif not re.fullmatch(r"(19|20)\d\d", label):
            raise sheet.refuse("is not a quarter, year or financial year", at=(row, labels), value=label)
    grid.check_consecutive(sheet, years)
    scale = _scale(table, header, index_column, base_year, quarters)
    found: list[dict[str, object]] = []
    locator = f"{grid.table_number(table.title)}, GDP deflator, financial years"
    # The year before the first is not printed; its quarters follow from the growth of those of the first.
    previous = _mean(next(iter(years)), quarters_before)
    for fy, row in years.items():
        index, growth = sheet.amount(row, index_column), sheet.amount(row, growth_column)
        mean = _mean(fy, quarters)
        if mean is None or abs(mean - index) > INDEX_TOLERANCE:
            sheet.question("mean_of_quarters", f"is not the mean of its quarters ({mean})", (row, index_column))
        if not previous or abs((index / previous - 1) * 100 - growth) > GROWTH_TOLERANCE:
            raise sheet.refuse("does not match the index", at=(row, growth_column), value=growth)
        previous = index
        on_base = round(index * scale, 4)
        found.append({"fy": fy, "index_value": on_base, "growth_pct": round(growth, 4), "locator": locator})
    named = {row_name([fy]): row for fy, row in years.items()}
    columns = {"growth_pct": growth_column}
    return found, lambda row, column: sheet.place(named[row], columns.get(column, index_column))


def _scale(
    table: grid.Table, header: int, column: int, base_year: int, quarters: dict[tuple[int, int], float]
) -> float:
    """What an index that is 100 in ``base_year`` is multiplied by."""
    means = {}
    for year in (base_year, BASE_YEAR):
        of_year = [quarters[year, number] for number in range(1, 5) if (year, number) in quarters]
        if len(of_year) < 4:
            rule = f"is an index with {base_year} = 100, and a quarter of {year} is missing"
            raise table.sheet.refuse(rule, "Drop a workbook that has every quarter of that year.", (header, column))
        means[year] = sum(of_year) / 4
    if abs(means[base_year] - 100) > BASE_TOLERANCE:
        raise table.sheet.refuse("is not 100 in its base year", at=(header, column), value=f"{means[base_year]:.4f}")
    return 1.0 if base_year == BASE_YEAR else 100 / means[BASE_YEAR]


def _columns(table: grid.Table) -> tuple[int, int, int, int]:
    """The row of headings, the columns of the deflator's growth and index, and the base year of the index."""
    sheet = table.sheet
    for row, cells in sheet.rows.items():
        series = [column for column, cell in cells.items() if without_footnotes(cell.text) == _SERIES]
        if row <= table.row or not series:
            continue
        above = [upper for upper in sheet.rows if table.row < upper < row]
        over = {column: [grid.group_over(sheet, upper, column, min(cells)) for upper in above] for column in series}
        growth = [column for column, groups in over.items() if any("growth" in group for group in groups)]
        bases = {column: match for column, groups in over.items() for match in map(_BASE.fullmatch, groups) if match}
        if len(growth) == 1 and len(bases) == 1 and len(series) == 2:
            ((index, base),) = bases.items()
            return row, growth[0], index, int(base[1])
        rule = "does not have the GDP deflator once as year-on-year growth and once as an index with a year = 100"
        raise sheet.refuse(rule, "Get the workbook of the OBR again; if it is this one, its layout is new.", row)
    raise sheet.refuse("has no column of the GDP deflator")


def _mean(fy: str, quarters: dict[tuple[int, int], float]) -> float | None:
    """The mean of the quarters of a financial year; None if one is missing."""
    start = int(fy[:4])
    needed = [(start, 2), (start, 3), (start, 4), (start + 1, 1)]
    return sum(quarters[quarter] for quarter in needed) / 4 if quarters.keys() >= set(needed) else None


FORMAT = workbook_format(KIND, _has_series, _read)
"""Economic and Fiscal Outlook, economy tables: inflation, with the GDP deflator."""
