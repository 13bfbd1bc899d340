"""OBR expenditure workbook: resource and capital limits by department, of which those of health are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import polars as pl

from nhs_assets.contracts.publishers import SUM_TOLERANCE_GBP_M, PublishedLimit
from nhs_assets.ground.problems import BadInput
from nhs_assets.sources.publishers.grid import Table, amount, group_over, refused, the_one, titled, year_row
from nhs_assets.sources.publishers.headings import financial_year, following_years, fy_has_ended, plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span
from nhs_assets.sources.publishers.obr import table_number, vintage
from nhs_assets.sources.publishers.rows import tidy
from nhs_assets.sources.publishers.workbook import Sheet, is_workbook, open_workbook

TABLE = "raw.settlement_plan"
DEPARTMENT = "health and social care"
_UNITS = {
    "£ billion": 1000.0,
    "£billion": 1000.0,
    "£bn": 1000.0,
    "£ bn": 1000.0,
    "£ million": 1.0,
    "£million": 1.0,
    "£m": 1.0,
    "£ m": 1.0,
}
_STATUS = {"outturn": "outturn", "forecast": "plan", "plan": "plan", "plans": "plan"}
PRICES_PCT = (-2.0, 10.0)
"""Range of a year's GDP deflator."""
BASELINE_POINTS = 1.0
"""Points by which a department's real growth may be off its amounts: it is told after transfers between departments."""
PRICES_TOLERANCE_POINTS = 0.2
"""Points by which two tables may differ, where growth is printed to one decimal."""
_DECIMALS = 1
_ROUNDING_GBP_M = 0.1


@dataclass(frozen=True)
class _Line:
    """A budget line: the words of its table's title and of its total."""

    line_id: str
    words: str
    label: str

    def is_title(self, text: str) -> bool:
        """Whether a title is that of this line's table: ``4.7 RDEL spending by departments``."""
        words = text.split()
        return self.words in words and "by" in words and ("departments" in words or "department" in words)


_LINES = (
    _Line("dhsc_rdel", "rdel", "RDEL excluding depreciation"),
    _Line("dhsc_cdel", "cdel", "CDEL"),
)


class DepartmentalLimits:
    """OBR Economic and Fiscal Outlook, expenditure tables: limits by department."""

    kind = "obr_departmental_limits"
    rows_stand_alone = False

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of its two tables that it has."""
        try:
            if not is_workbook(content, beside):
                return 0.0
            book = open_workbook(content, beside)
            return sum(bool(titled(book, line.is_title)) for line in _LINES) / len(_LINES)
        except BadInput:
            return 0.0

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Limits of health by year, in £m rounded to £0.1m as they are held.

        Raises:
            BadInput: if a table, its unit, a year or the department is not there once, departments do not add up to
                their total, or a figure is a formula or far from what a limit of health is.
        """
        book = open_workbook(content, beside)
        published = vintage(book, beside)
        read = [
            _limits(line, the_one(titled(book, line.is_title), f"{line.label} by department", beside), beside)
            for line in _LINES
        ]
        rows = [row for of_line, _ in read for row in of_line]
        _check_status(rows, published, beside)
        _check_prices([prices for _, prices in read], beside)
        return ReadFile(
            kind=self.kind,
            covers=Coverage(Span.VINTAGE, published, published),
            tables={TABLE: tidy(beside, PublishedLimit, pl.DataFrame(rows))},
            rows=len(rows),
            passed_over=0,
            rows_stand_alone=self.rows_stand_alone,
        )


def _limits(line: _Line, table: Table, beside: Beside) -> tuple[list[dict[str, object]], dict[str, float]]:
    """Limits of health, and by year the rise of prices that lies between money and real growth of all departments."""
    sheet = table.sheet
    header = year_row(table, beside)
    columns = _year_columns(table, header, beside)
    label_column = _label_column(table, header, min(columns), beside)
    departments, total = _body(table, header, label_column, line, beside)
    health = [row for row, label in departments.items() if label == DEPARTMENT]
    if len(health) != 1:
        rule = f"has {len(health)} rows of Health and Social Care"
        raise beside.refuse(rule, "Compare it with the published table.", row=f"sheet {sheet.name}")
    _check_headings(table, header, health[0], label_column, beside)
    rows = []
    for column, (fy, times, status) in columns.items():
        added = sum(amount(sheet, row, column, beside) for row in departments)
        printed_total = amount(sheet, total, column, beside)
        if abs(added - printed_total) * times > SUM_TOLERANCE_GBP_M:
            rule = f"is not what the departments add up to, {added:.6f},"
            raise refused(beside, sheet, total, column, rule, printed_total)
        value = amount(sheet, health[0], column, beside)
        rows.append(
            {
                "fy": fy,
                "line_id": line.line_id,
                "amount_gbp_m": f"{value * times:.{_DECIMALS}f}",
                "rounding_gbp_m": _ROUNDING_GBP_M,
                "status": status,
                "locator": f"{table_number(table.title)}, Health and Social Care, {line.label}",
            }
        )
    money = {fy: column for column, (fy, *_) in columns.items()}
    return rows, _rise_of_prices(table, header, money, health[0], total, beside)


def _rise_of_prices(
    table: Table, header: int, money: dict[str, int], health: int, total: int, beside: Beside
) -> dict[str, float]:
    """What the total's real growth leaves of its growth in money, in per cent by year; none where no growth stands.

    Departments' amounts may change places with each other's years and still add up; then their growth does not fit.

    Raises:
        BadInput: if health's real growth leaves another rise of prices than the total's, or one that prices never have.
    """
    sheet = table.sheet
    growth = {
        fy: column for block in _blocks(sheet, header) for column, fy in block.items() if column not in money.values()
    }
    found: dict[str, float] = {}
    for before, fy in pairwise(money):
        if fy not in growth:
            continue
        left = [_left_of(sheet, row, money[before], money[fy], growth[fy]) for row in (total, health)]
        if None in left:
            continue
        of_total, of_health = left
        low, high = PRICES_PCT
        if not (low <= of_total <= high and abs(of_health - of_total) <= BASELINE_POINTS):
            raise refused(
                beside,
                sheet,
                health,
                growth[fy],
                "does not go with the amounts of its year and the year before",
                sheet.cells[health, growth[fy]].text,
            )
        found[fy] = of_total
    return found


def _left_of(sheet: Sheet, row: int, before: int, now: int, growth: int) -> float | None:
    """The rise of prices in per cent between growth in money and real growth; None where one of them is not there."""
    cells = [sheet.cells.get((row, column)) for column in (before, now, growth)]
    numbers = [None if cell is None else cell.number for cell in cells]
    if None in numbers or not numbers[0] or numbers[2] == -100:
        return None
    return (numbers[1] / numbers[0] / (1 + numbers[2] / 100) - 1) * 100


def _check_prices(of_tables: Sequence[dict[str, float]], beside: Beside) -> None:
    """Prices rise alike in every table of one forecast.

    Raises:
        BadInput: if years changed places in one of them.
    """
    for first, second in combinations(of_tables, 2):
        for fy in first.keys() & second.keys():
            if not abs(first[fy] - second[fy]) <= PRICES_TOLERANCE_POINTS:
                rule = f"has amounts and real growth of {fy} that do not go together in one of the tables"
                raise beside.refuse(rule, "Compare them with the published tables; years may have changed places.")


def _year_columns(table: Table, header: int, beside: Beside) -> dict[int, tuple[str, float, str]]:
    """Year, unit and status of each column of money, by column.

    Years that follow each other make a block, and its unit stands over its first column: the OBR has let the heading of
    the growth rates begin over the last year of money. That departments add up to their total vouches for each column.
    """
    sheet = table.sheet
    above = [row for row in sheet.rows if table.row < row < header]
    first = min(sheet.rows[header])
    money = []
    blocks = _blocks(sheet, header)
    for block in blocks:
        groups = [group_over(sheet, row, min(block), first) for row in above]
        units = [_UNITS[group] for group in groups if group in _UNITS]
        if len(units) == 1 and not any("per cent" in group or "growth" in group for group in groups):
            money.append((block, units[0]))
    if len(money) != 1:
        rule = f"has {len(money)} blocks of years under £ billion or £ million, where one belongs"
        raise beside.refuse(rule, "Compare its headings with the published table.", row=f"sheet {sheet.name}")
    block, times = money[0]
    others = [fy for other in blocks if other is not block for fy in other.values()]
    if len(blocks) > 2 or not set(others) <= set(block.values()):
        rule = "has years of growth that are not years of money, or more than one block of them"
        raise beside.refuse(rule, "A column may be lost or misplaced.", row=f"sheet {sheet.name}")
    columns = {}
    for column, fy in block.items():
        statuses = {group_over(sheet, row, column, min(block), _STATUS) for row in above} - {""}
        if len(statuses) != 1:
            raise refused(beside, sheet, header, column, "does not have one of outturn and forecast over it", fy)
        columns[column] = (fy, times, _STATUS[statuses.pop()])
    return columns


def _blocks(sheet: Sheet, header: int) -> list[dict[int, str]]:
    """The financial years of a row of headings by column, in runs in which each year follows the one before."""
    blocks: list[dict[int, str]] = []
    for column, cell in sheet.rows[header].items():
        fy = financial_year(cell.text)
        if fy is None:
            continue
        if blocks and following_years([list(blocks[-1].values())[-1], fy]):
            blocks[-1][column] = fy
        else:
            blocks.append({column: fy})
    return blocks


def _label_column(table: Table, header: int, first_year: int, beside: Beside) -> int:
    """The column left of the years in which the departments stand."""
    sheet = table.sheet
    found = {
        column
        for row, cells in sheet.rows.items()
        for column, cell in cells.items()
        if row > header and column < first_year and plain(cell.text) == DEPARTMENT
    }
    if len(found) != 1:
        rule = f"has {len(found)} columns with Health and Social Care left of the years"
        raise beside.refuse(rule, "Compare it with the published table.", row=f"sheet {sheet.name}")
    return found.pop()


def _body(table: Table, header: int, label_column: int, line: _Line, beside: Beside) -> tuple[dict[int, str], int]:
    """Labels of the departments by row, and the row of their total."""
    departments = {}
    for row, cells in table.sheet.rows.items():
        if row <= header or not any(column > label_column for column in cells):
            continue
        label = plain(cells[label_column].text) if label_column in cells else ""
        if label.startswith("total"):
            return departments, row
        if not label:
            raise beside.refuse(
                "has figures without a department", "Name it.", row=f"sheet {table.sheet.name}, row {row}"
            )
        departments[row] = label
    rule = f"has no row of total {line.words.upper()}"
    raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {table.sheet.name}")


def _check_headings(table: Table, header: int, row: int, label_column: int, beside: Beside) -> None:
    """Refuses a figure over which there is no year: its column would be left out without a word.

    Raises:
        BadInput: naming its cell.
    """
    headings = table.sheet.rows[header]
    for column, cell in table.sheet.rows[row].items():
        heading = headings[column].text if column in headings else ""
        is_mean = plain(heading).startswith(("ave", "mean"))
        if column > label_column and cell.number is not None and financial_year(heading) is None and not is_mean:
            raise refused(beside, table.sheet, row, column, "has no financial year over it", heading)


def _check_status(rows: list[dict[str, object]], published: date, beside: Beside) -> None:
    """A year that had not ended is no outturn, and one long past no forecast."""
    for row in rows:
        if row["status"] == "outturn" and not fy_has_ended(str(row["fy"]), published):
            rule = f"calls {row['fy']} outturn, which had not ended in {published:%B %Y}"
            raise beside.refuse(rule, "Compare its headings with the published table.", value=str(row["line_id"]))
