"""CSV files of publishers: the header row is found by its headings, and each row gives its cells by heading."""

import io
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources.csv_text import DELIMITERS, decoded, numbered_rows
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Format, ReaderContext, ReadFile

_MB = 1_000_000
_HEADER_ROWS = 50
"""Rows from the top in which the header row is searched for."""
START = 65_536
"""Bytes from the top that are enough to recognise a format."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"\s*(=|[@+]|-(?!\s*\d)\s*\S)")
_FORMULA_STARTS = frozenset("=@+- ")
AGAIN = "Get the file again from the publisher."


@dataclass
class CsvTable:
    """The rows below a header row, to be read once and in order; ``problems`` collects those that are malformed."""

    _numbered: Iterator[tuple[int, list[str]]]
    _width: int
    _columns: dict[str, int]
    _exact: Collection[str]
    _context: ReaderContext
    problems: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by heading of each row, without blank rows and notes of one cell."""
        problem = self._context.problem
        for line, cells in self._numbered:
            filled = [cell.strip() for cell in cells if cell.strip()]
            if not filled or (len(filled) == 1 and filled[0][0].isalpha() and " " in filled[0]):
                continue
            if len(cells) != self._width:
                rule = f"has {len(cells)} cells under {self._width} headings"
                self.problems.append(problem(rule, "Check for a missing or surplus comma or quote.", line))
                continue
            for cell in cells:
                value = cell[:40]
                if cell[:1] in _FORMULA_STARTS and _FORMULA.match(cell):
                    self.problems.append(problem("contains a formula", "Replace it by its value.", line, value=value))
                if "\n" in cell or "\r" in cell:
                    self.problems.append(problem("contains a line break in a cell", "Remove it.", line, value=value))
            # A space can stand where a digit was, so numbers keep theirs.
            yield (
                line,
                {
                    name: cells[column] if name in self._exact else cells[column].strip()
                    for name, column in self._columns.items()
                },
            )


def csv_format(
    kind: str,
    headings: Sequence[str],
    read: Callable[[CsvTable, ReaderContext], ReadFile],
    exact: Collection[str],
    finer: Collection[str] = (),
    needs_every_row: bool = False,
) -> Format:
    """A format of CSV files by its columns, as :func:`plain` writes them; other columns are ignored.

    Args:
        kind: its name.
        headings: its columns.
        read: reads the rows.
        exact: columns of numbers and days, whose cells keep their spaces.
        finer: columns that would make a row a part of what it is without them: another format.
        needs_every_row: whether a file that ends within a line is refused.
    """
    wanted = frozenset(headings)

    def match(content: bytes, context: ReaderContext) -> float:
        rows = _first_rows(content[:START])
        lacking = (len(wanted - found) or (0 if found.isdisjoint(finer) else 1) for found in rows)
        return 1 - min(lacking, default=len(wanted)) / len(wanted)

    def read_content(content: bytes, context: ReaderContext) -> ReadFile:
        if needs_every_row and not content.endswith((b"\n", b"\r")):
            raise context.refuse("ends in the middle of a line", "Get the file again: it may be truncated.")
        return read(_open(content, context, headings, exact, finer), context)

    return Format(kind, match, read_content)


@lru_cache(maxsize=4)
def _first_rows(start: bytes) -> tuple[frozenset[str], ...]:
    """The cells of the first rows as headings, for each delimiter; every format asks for them in turn."""
    lines = start.decode("utf-8-sig", errors="replace").splitlines()[:_HEADER_ROWS]
    return tuple(_cells(line, delimiter) for line in lines for delimiter in (",", *DELIMITERS) if delimiter in line)


def _cells(line: str, delimiter: str) -> frozenset[str]:
    return frozenset(map(plain, line.split(delimiter)))


def _open(
    content: bytes, context: ReaderContext, headings: Sequence[str], exact: Collection[str], finer: Collection[str]
) -> CsvTable:
    """Finds the header row among the first rows, whatever the order, case and spacing of its headings."""
    text = decode(content, context)
    numbered = numbered_rows(context.name, text)
    best: list[str] = []
    for _, cells in itertools.islice(numbered, _HEADER_ROWS):
        names = [plain(cell) for cell in cells]
        if set(headings) <= set(names):
            _refuse_columns(context, "repeats the column", [name for name in headings if names.count(name) > 1])
            _refuse_columns(context, "has a column that splits its rows further", [n for n in finer if n in names])
            return CsvTable(numbered, len(names), {name: names.index(name) for name in headings}, exact, context)
        best = max(best, names, key=lambda row: len(set(headings) & set(row)))
    for line in text.splitlines()[:_HEADER_ROWS]:
        for delimiter, words in DELIMITERS.items():
            if len(_cells(line, delimiter) & set(headings)) * 2 > len(headings):
                raise context.refuse(f"is separated by {words}", "Save it with commas between the cells.")
    _refuse_columns(context, "lacks the column", [name for name in headings if name not in best])
    raise AssertionError("a header row that lacks no column was found")


def decode(content: bytes, context: ReaderContext) -> str:
    """The text of a CSV file; refused if it is empty, too large, not UTF-8, or has a control character or long line."""
    limits = context.limits
    if len(content) > limits.publisher_file_mb * _MB:
        raise context.refuse(f"is larger than {limits.publisher_file_mb} MB", "Drop the part that you need.")
    text = decoded(context.name, content).removeprefix("\ufeff")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        found = repr(control.group())
        raise context.refuse("contains a control or replacement character", AGAIN, row=line, value=found)
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > limits.publisher_line_chars:
            rule = f"is longer than {limits.publisher_line_chars} characters"
            raise context.refuse(rule, "Check that it is a CSV with one line for each row.", row=number)
    return text


def _refuse_columns(context: ReaderContext, rule: str, columns: list[str]) -> None:
    if columns:
        remedy = "Get the file that has every column of this format once."
        raise BadInputError([context.problem(rule, remedy, column=column) for column in columns])
