"""Expenditure workbook of the OBR: resource and capital limits by department, of which those of health are read."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from statistics import median

import polars as pl

from nhs_assets.contracts.publishers import SUM_TOLERANCE_GBP_M, PublishedLimit
from nhs_assets.sources.cells import row_name
from nhs_assets.sources.publishers import grid
from nhs_assets.sources.publishers.headings import (
    are_consecutive,
    financial_year,
    fy_has_ended,
    plain,
    without_footnotes,
)
from nhs_assets.sources.publishers.interface import Coverage, ReadFile
from nhs_assets.sources.publishers.rows import tidy
from nhs_assets.sources.publishers.workbook import DASHES, Sheet, Workbook, workbook_format

KIND = "obr_departmental_limits"
DEPARTMENT = "health and social care"
_GBP_M = {"billion": 1000.0, "bn": 1000.0, "million": 1.0, "m": 1.0}
_STATUS = {"outturn": "outturn", "forecast": "plan", "plan": "plan", "plans": "plan"}
PRICES_PCT = (-2.0, 10.0)
"""Range of a year's GDP deflator."""
BASELINE_POINTS = 1.0
"""Tolerance of a department's real growth, which is published after transfers between departments."""
PRICES_TOLERANCE_POINTS = 0.2
"""Points by which two tables may differ when growth is printed to one decimal."""
_LONGEST_NOTE = 400
_DECIMALS = 1
_ROUNDING_GBP_M = 0.1


_LINES = {"dhsc_rdel": ("rdel", "RDEL excluding depreciation"), "dhsc_cdel": ("cdel", "CDEL")}
"""Budget lines: the word for each in the title of its table, and its label."""


def _tables(book: Workbook, word: str) -> list[grid.Table]:
    """Tables with a title such as ``4.7 RDEL spending by departments``."""
    names = {"department", "departments"}
    return grid.titled(book, lambda text: {word, "by"} <= set(text.split()) and not names.isdisjoint(text.split()))


def _read(book: Workbook) -> ReadFile:
    """Limits of health by year, rounded to £0.1m.

    Departments must add up to their total, and the amounts must match the real growth.
    """
    published = grid.forecast_month(book)
    rows: list[dict[str, object]] = []
    places: dict[str, dict[str, object]] = {}
    growths = []
    for line_id, (word, name) in _LINES.items():
        table = grid.only_table(book, _tables(book, word), f"{name} by department")
        limits, cells, growth = _limits(line_id, table, published)
        rows += limits
        places |= cells
        growths.append(growth)
    # Prices that rise differently in two tables: years changed places in one of them.
    for first, second in combinations(growths, 2):
        for fy in sorted(first.prices.keys() & second.prices.keys()):
            if not abs(first.prices[fy] - second.prices[fy]) <= PRICES_TOLERANCE_POINTS:
                rule = f"leaves another rise of prices for {fy} than the sheet {first.sheet.name}; years may have moved"
                second.sheet.question("same_prices", rule, second.cells[fy])
    frame = tidy(book.context, PublishedLimit, pl.DataFrame(rows), lambda row, _: places[row])
    adjusted = tuple(f"{', '.join(growth.adjusted)}: {growth.note}" for growth in growths if growth.adjusted)
    return ReadFile(KIND, Coverage(published, published), {"raw.settlement_plan": frame}, adjusted=adjusted)


@dataclass(frozen=True)
class _Growth:
    """What amounts and real growth of a table leave as the rise of prices in per cent, by year.

    ``cells`` has the growth of the total by year, and ``adjusted`` the growth rates of the total that the publisher
    adjusted, as its ``note`` explains.
    """

    sheet: Sheet
    prices: dict[str, float]
    cells: dict[str, tuple[int, int]]
    adjusted: list[str]
    note: str | None


def _limits(
    line_id: str, table: grid.Table, published: date
) -> tuple[list[dict[str, object]], dict[str, dict[str, object]], _Growth]:
    """Limits of health, their cells by the name of the row, and the rise of prices."""
    sheet, (word, line) = table.sheet, _LINES[line_id]
    header = grid.year_row(table)
    columns = _year_columns(table, header)
    name = "Health and Social Care"
    labels = grid.label_column(sheet, header, min(columns), lambda text: without_footnotes(text) == DEPARTMENT, name)
    departments, total = _departments(sheet, header, labels, word)
    # A department without a figure in any year is left blank; that the others add up to the total confirms it.
    figures = {row: {cell.text for column, cell in sheet.rows[row].items() if column in columns} for row in departments}
    counted = [row for row, texts in figures.items() if texts - DASHES]
    health = [row for row, department in departments.items() if department == DEPARTMENT]
    if len(health) != 1:
        raise sheet.refuse(f"has {len(health)} rows of Health and Social Care")
    for column, cell in sheet.rows[health[0]].items():
        heading = sheet.rows[header][column].text if column in sheet.rows[header] else ""
        is_mean = plain(heading).startswith(("ave", "mean"))
        # The column of a figure without a year above it would be left out silently.
        if column > labels and cell.number is not None and financial_year(heading) is None and not is_mean:
            raise sheet.refuse("has no financial year above it", at=(health[0], column), value=heading)
    rows, places = [], {}
    for column, (fy, gbp_m, status) in columns.items():
        if status == "outturn" and not fy_has_ended(fy, published):
            raise sheet.refuse(f"labels {fy} as outturn, which had not ended in {published:%B %Y}", at=(header, column))
        limit = sheet.amount(health[0], column)
        added = limit + sum(_of_department(sheet, row, column) for row in counted if row != health[0])
        if abs(added - sheet.amount(total, column)) * gbp_m > SUM_TOLERANCE_GBP_M:
            rule = f"is not the sum of the departments ({added:.6f})"
            sheet.question("departments_add_up", rule, (total, column))
        places[row_name((fy, line_id))] = sheet.place(health[0], column)
        rows.append(
            {
                "fy": fy,
                "line_id": line_id,
                "amount_gbp_m": f"{limit * gbp_m:.{_DECIMALS}f}",
                "rounding_gbp_m": _ROUNDING_GBP_M,
                "status": status,
                "locator": f"{grid.table_number(table.title)}, Health and Social Care, {line}",
            }
        )
    money = {fy: column for column, (fy, *_) in columns.items()}
    return rows, places, _growth(sheet, header, money, counted, health[0], total)


def _of_department(sheet: Sheet, row: int, column: int) -> float:
    """The amount of a department other than health; an empty cell beside filled ones is a question."""
    if column in sheet.rows[row]:
        return sheet.amount(row, column)
    sheet.question("empty", "is empty, where a number is expected", (row, column))
    return 0.0


def _growth(
    sheet: Sheet, header: int, money: dict[str, int], departments: list[int], health: int, total: int
) -> _Growth:
    """The growth in money of the total that its real growth does not explain, by year with growth rates.

    Amounts of two years that changed places still add up, but do not match the growth: health must leave the rise of
    prices that the total leaves, and one that prices can have. Where a note explains that growth was adjusted and the
    total leaves another rise than most departments, that of the departments counts.
    """
    growth = {
        fy: column for block in _blocks(sheet, header) for column, fy in block.items() if column not in money.values()
    }
    note = next(
        (
            cell.text[:_LONGEST_NOTE]
            for row, cells in sheet.rows.items()
            for cell in cells.values()
            if row > total and cell.number is None and "growth" in plain(cell.text).split()
        ),
        None,
    )
    found = _Growth(sheet, {}, {}, [], note)
    for before, fy in pairwise(money):
        if fy not in growth:
            continue
        columns = (money[before], money[fy], growth[fy])
        rises = {row: rise for row in (total, *departments) if (rise := _rise(sheet, row, *columns)) is not None}
        if total not in rises or health not in rises:
            continue
        of_total, of_health = rises.pop(total), rises[health]
        most = median(rises.values())
        agreeing = sum(abs(rise - most) <= PRICES_TOLERANCE_POINTS for rise in rises.values())
        is_adjusted = note is not None and abs(of_total - most) > PRICES_TOLERANCE_POINTS and agreeing * 2 > len(rises)
        of_all = most if is_adjusted else of_total
        low, high = PRICES_PCT
        if not (low <= of_all <= high and abs(of_health - of_all) <= BASELINE_POINTS):
            rule = "does not match the amounts of its year and the year before"
            sheet.question("real_growth", rule, (health, growth[fy]))
            continue
        if is_adjusted:
            cell = sheet.cells[total, growth[fy]]
            place = sheet.place(total, growth[fy])
            found.adjusted.append(f"{sheet.name}!{place['column']}{total} = {cell.text} ({fy})")
        found.prices[fy] = of_all
        found.cells[fy] = (total, growth[fy])
    return found


def _rise(sheet: Sheet, row: int, before: int, now: int, growth: int) -> float | None:
    """The rise of prices between the amounts of a row and its real growth; None if it has not all three."""
    cells = [sheet.cells.get((row, column)) for column in (before, now, growth)]
    first, second, real = (None if cell is None else cell.number for cell in cells)
    if not first or second is None or real in (None, -100):
        return None
    return (second / first / (1 + real / 100) - 1) * 100


def _year_columns(table: grid.Table, header: int) -> dict[int, tuple[str, float, str]]:
    """Financial year, unit in £m and status of the columns of money.

    Consecutive years make a block, and its unit is above its first column: the OBR has let the heading of the growth
    rates begin above the last year of money. That departments add up to their total confirms each column.
    """
    sheet = table.sheet
    above = [row for row in sheet.rows if table.row < row < header]
    first = min(sheet.rows[header])
    money = []
    blocks = _blocks(sheet, header)
    for block in blocks:
        groups = [grid.group_over(sheet, row, min(block), first) for row in above]
        units = [_GBP_M[unit] for group in groups if group[:1] == "£" and (unit := group[1:].strip()) in _GBP_M]
        if len(units) == 1 and not any("per cent" in group or "growth" in group for group in groups):
            money.append((block, units[0]))
    if len(money) != 1:
        raise sheet.refuse(f"has {len(money)} blocks of years under £ billion or £ million, instead of one")
    block, gbp_m = money[0]
    growth_years = {fy for other in blocks if other is not block for fy in other.values()}
    if len(blocks) > 2 or not growth_years <= set(block.values()):
        rule = "has growth for years without money, or more than one block of growth"
        raise sheet.refuse(rule, "A column may be lost or misplaced.")
    columns = {}
    for column, fy in block.items():
        statuses = {grid.group_over(sheet, row, column, min(block), _STATUS) for row in above} - {""}
        if len(statuses) != 1:
            raise sheet.refuse("does not have outturn or forecast above it", at=(header, column), value=fy)
        columns[column] = (fy, gbp_m, _STATUS[statuses.pop()])
    return columns


def _blocks(sheet: Sheet, header: int) -> list[dict[int, str]]:
    """The financial years of a row of headings by column, in runs of consecutive years."""
    blocks: list[dict[int, str]] = []
    for column, cell in sheet.rows[header].items():
        fy = financial_year(cell.text)
        if fy is None:
            continue
        if not blocks or not are_consecutive([list(blocks[-1].values())[-1], fy]):
            blocks.append({})
        blocks[-1][column] = fy
    return blocks


def _departments(sheet: Sheet, header: int, labels: int, word: str) -> tuple[dict[int, str], int]:
    """Labels of the departments by row, and the row of their total."""
    departments = {}
    for row, cells in sheet.rows.items():
        if row <= header or max(cells) <= labels:
            continue
        name = without_footnotes(cells[labels].text) if labels in cells else ""
        if name.startswith("total"):
            return departments, row
        if not name:
            raise sheet.refuse("has figures without a department", "Name it.", row)
        departments[row] = name
    raise sheet.refuse(f"has no row of total {word.upper()}")


FORMAT = workbook_format(
    KIND, lambda book: sum(bool(_tables(book, word)) for word, _ in _LINES.values()) / len(_LINES), _read
)
"""Economic and Fiscal Outlook, expenditure tables: limits by department."""
