"""Tables within a sheet: found by their title, with columns named by all that stands over them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.headings import financial_year, plain
from nhs_assets.sources.publishers.interface import Beside
from nhs_assets.sources.publishers.workbook import Sheet, Workbook

TITLE_ROWS = 8
"""Filled rows from the top of a sheet in which its title stands."""
MOST_COLUMNS = 200
MOST_HEADING_ROWS = 60
"""Filled rows between the title of a table and its financial years; publishers need a handful."""
"""Headings in a row; what stands over each is looked for among all to its left."""
_DASHES = {"-", "–", "—", "..", "n/a", "[x]", "[z]"}


@dataclass(frozen=True)
class Table:
    """A table in a sheet whose title was found.

    Attributes:
        sheet: where it stands.
        title: its title as written.
        row: row of the title.
    """

    sheet: Sheet
    title: str
    row: int


def titled(book: Workbook, matches: Callable[[str], bool]) -> list[Table]:
    """The sheets with figures by financial year whose title matches, each with its first title that does."""
    found = []
    for sheet in book.sheets:
        if not _has_years(sheet):
            continue
        for row, _, text in sheet.texts(TITLE_ROWS):
            if matches(plain(text)):
                found.append(Table(sheet, text, row))
                break
    return found


def _has_years(sheet: Sheet) -> bool:
    """Whether a sheet is a table by year: a sheet of contents repeats the titles of the others."""
    years = (True for cell in sheet.cells.values() if financial_year(cell.text) is not None)
    return next(years, False) and next(years, False)


def the_one(tables: Sequence[Table], what: str, beside: Beside) -> Table:
    """The one table of its kind.

    Raises:
        BadInput: if there are two, or none.
    """
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise beside.refuse(f"has no sheet with the title of {what}", "Get the workbook that holds it.")
    names = ", ".join(table.sheet.name for table in tables)
    raise beside.refuse(f"has more than one sheet with the title of {what}", "Keep the right one.", value=names)


def year_row(table: Table, beside: Beside) -> int:
    """The row of headings in which financial years stand.

    Raises:
        BadInput: if there is none.
    """
    below = [(row, cells) for row, cells in table.sheet.rows.items() if row > table.row]
    for row, cells in below[:MOST_HEADING_ROWS]:
        if sum(financial_year(cell.text) is not None for cell in cells.values()) > 1:
            if len(cells) > MOST_COLUMNS:
                rule = f"has more than {MOST_COLUMNS} headings beside each other"
                raise beside.refuse(rule, "Get the workbook again.", row=f"sheet {table.sheet.name}, row {row}")
            return row
    rule = f"has no row of financial years within {MOST_HEADING_ROWS} rows below its title"
    raise beside.refuse(rule, "Check its headings.", row=f"sheet {table.sheet.name}")


def group_over(sheet: Sheet, row: int, column: int, first_column: int, known: Collection[str] | None = None) -> str:
    """The heading of a group of columns: the words in this row over the column, or the nearest to its left.

    Args:
        sheet: where it stands.
        row: the row of group headings.
        column: the column whose group is wanted.
        first_column: the last column to look at on the way to the left.
        known: the words that count; all where it is None.
    """
    for left in range(column, first_column - 1, -1):
        cell = sheet.over(row, left)
        words = "" if cell is None else plain(cell.text)
        if words and (known is None or words in known):
            return words
    return ""


def amount(sheet: Sheet, row: int, column: int, beside: Beside, formula_checked: bool = False) -> float:
    """The number in a cell; a dash is nothing.

    Args:
        sheet: where the cell stands.
        row: its row.
        column: its column.
        beside: names the file.
        formula_checked: whether another figure vouches for the value that a formula left behind.

    Raises:
        BadInput: if it is empty, text, or a formula that nothing vouches for.
    """
    cell = sheet.cells.get((row, column))
    place = sheet.place(row, column)
    if cell is None or not cell.text:
        raise beside.refuse("is empty where a number belongs", "Compare it with the published table.", row=place)
    if cell.is_formula and not formula_checked:
        raise beside.refuse("is a formula", "Put its value in its place.", row=place, value=cell.text)
    if cell.text in _DASHES:
        return 0.0
    if cell.number is None:
        raise beside.refuse("is no number", "Compare it with the published table.", row=place, value=cell.text[:40])
    return cell.number


def is_dash(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell says that it holds nothing."""
    cell = sheet.cells.get((row, column))
    return cell is not None and cell.text in _DASHES


def refused(beside: Beside, sheet: Sheet, row: int, column: int, rule: str, value: object) -> BadInput:
    """The error that says which cell breaks which rule."""
    remedy = "Compare it with the published table."
    return BadInput([Problem(beside.name, rule, remedy, sheet.place(row, column), None, str(value))])
