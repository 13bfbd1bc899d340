"""A publisher's CSV taken apart: the row of headings found by what it says, then the cells of each row by heading."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Beside

_LOOKED_AT = 50
"""Rows from the top in which the row of headings is looked for."""
_START = 65_536
"""Bytes from the top that are enough to know a format by."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"\s*(=|[@+]|-(?!\s*\d)\s*\S)")
_MAY_BE_FORMULA = frozenset("=@+- ")
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SHOWN = 40
"""Characters of a cell that a problem shows."""
_MB = 1_000_000


def recognised_share(content: bytes, headings: Sequence[str], not_beside: Sequence[str] = ()) -> float:
    """The largest share of the headings that one of the first rows has, whatever separates them.

    Args:
        content: the bytes of the file, or the first of them.
        headings: the columns that make the format, as :func:`plain` writes them.
        not_beside: columns with which it is another format, so that the share is less than 1.
    """
    wanted = set(headings)
    best = 0.0
    for found in _first_rows(content[:_START]):
        share = len(wanted & found) / len(wanted)
        is_other = share == 1 and not found.isdisjoint(not_beside)
        best = max(best, share - 1 / len(wanted) if is_other else share)
    return best


@lru_cache(maxsize=4)
def _first_rows(start: bytes) -> tuple[frozenset[str], ...]:
    """The cells of the first rows as headings, by each delimiter; every format asks for them in turn."""
    lines = start.decode("utf-8-sig", errors="replace").splitlines()[:_LOOKED_AT]
    return tuple(
        frozenset(plain(cell) for cell in line.split(delimiter))
        for line in lines
        for delimiter in (",", *_DELIMITERS)
        if delimiter in line
    )


@dataclass
class CsvTable:
    """A CSV whose row of headings has been found. Rows are read once, in order.

    Attributes:
        problems: rows that cannot be taken apart, gathered while rows are read.
        set_aside: cells by heading of those of them that have as many cells as there are headings.
        rows: rows of data that were read so far, the good and the bad.
    """

    _numbered: Iterator[tuple[int, list[str]]]
    _width: int
    _columns: dict[str, int]
    _exact: frozenset[str]
    _beside: Beside
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by heading of each row; blank rows and notes of one cell are left out."""
        for line, cells in self._numbered:
            filled = [cell for cell in cells if cell.strip()]
            if not filled or (len(filled) == 1 and _is_note(filled[0])):
                continue
            self.rows += 1
            problem = self._shape_problem(line, cells)
            if problem is None:
                yield line, self._named(cells)
                continue
            self.problems.append(problem)
            if len(cells) == self._width:
                self.set_aside.append(self._named(cells))

    def _named(self, cells: list[str]) -> dict[str, str]:
        """Cells by heading. Words may stand between spaces; a number may not: one can stand where a digit was."""
        return {
            name: cells[position] if name in self._exact else cells[position].strip()
            for name, position in self._columns.items()
        }

    def _shape_problem(self, line: int, cells: list[str]) -> Problem | None:
        if len(cells) != self._width:
            rule = f"has {len(cells)} cells where the headings are {self._width}"
            return Problem(self._beside.name, rule, "Check for a missing or surplus comma or quote.", line)
        for cell in cells:
            if cell[:1] in _MAY_BE_FORMULA and _FORMULA.match(cell):
                return Problem(
                    self._beside.name, "holds a formula", "Put its value in its place.", line, None, cell[:40]
                )
            if "\n" in cell or "\r" in cell:
                return Problem(self._beside.name, "holds a line break in a cell", "Take it out.", line, None, cell[:40])
        return None


def open_csv(
    content: bytes,
    headings: Sequence[str],
    beside: Beside,
    exact: Sequence[str] = (),
    not_beside: Sequence[str] = (),
) -> CsvTable:
    """Finds the row of headings, wherever it stands among the first rows, in whatever order, case and spacing.

    Args:
        content: the bytes of the file.
        headings: the columns that are needed, as :func:`plain` writes them; others may stand beside them.
        beside: name and limits.
        exact: columns of numbers and days, whose cells are taken with the spaces that stand in them.
        not_beside: columns that would make a row a part of what it is without them.

    Raises:
        BadInput: if it is not UTF-8, holds control characters, is too large or too wide, is not separated by commas,
            lacks or repeats a column, or has one that it must not have. Bad quotes further down raise it while rows
            are read.
    """
    text = text_of(content, beside)
    numbered = _numbered_rows(text, beside)
    seen: list[list[str]] = []
    for _, cells in itertools.islice(numbered, _LOOKED_AT):
        names = [plain(cell) for cell in cells]
        if set(headings) <= set(names):
            repeated = [name for name in headings if names.count(name) > 1]
            if repeated:
                _refuse_columns(beside, "repeats the column", repeated)
            finer = [name for name in not_beside if name in names]
            if finer:
                _refuse_columns(beside, "has a column that makes its rows parts of others", finer)
            return CsvTable(
                _numbered=numbered,
                _width=len(names),
                _columns={name: names.index(name) for name in headings},
                _exact=frozenset(exact),
                _beside=beside,
            )
        seen.append(names)
    raise _headings_refused(text, seen, headings, beside)


def text_of(content: bytes, beside: Beside) -> str:
    """The text of a CSV file.

    Raises:
        BadInput: if it is empty, too large, not UTF-8, or holds control characters or a line that is too long.
    """
    limits = beside.limits
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise beside.refuse("is empty", "Get the file again from the publisher.")
    if len(content) > limits.publisher_file_mb * _MB:
        raise beside.refuse(f"is larger than {limits.publisher_file_mb} MB", "Drop in the part that is meant.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise beside.refuse("is UTF-16 and not UTF-8", "Save it as CSV in UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise beside.refuse(f"is not UTF-8 at byte {error.start}", "Save it as CSV in UTF-8.", row=line) from None
    odd = _CONTROL.search(text)
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        rule = "holds a control character, or one that stands for a lost one"
        raise beside.refuse(rule, "Get the file again, or take it out.", row=line, value=repr(odd.group()))
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > limits.publisher_line_chars:
            rule = f"is longer than {limits.publisher_line_chars} characters"
            raise beside.refuse(rule, "Check that it is a CSV with a line for each row.", row=number)
    return text


def _numbered_rows(text: str, beside: Beside) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise beside.refuse(f"is not CSV: {error}", "Check the quotes.", row=reader.line_num) from None
        yield reader.line_num, cells


def _headings_refused(text: str, seen: list[list[str]], headings: Sequence[str], beside: Beside) -> BadInput:
    wanted = set(headings)
    for line in text.splitlines()[:_LOOKED_AT]:
        for delimiter, words in _DELIMITERS.items():
            if len(wanted & {plain(cell) for cell in line.split(delimiter)}) * 2 > len(wanted):
                return beside.refuse(f"is separated by {words}", "Save it with commas between the cells.")
    best = max(seen, key=lambda names: len(wanted & set(names)), default=[])
    missing = [name for name in headings if name not in best]
    problems = [
        Problem(beside.name, "lacks the column", f"It must have: {', '.join(headings)}.", None, n) for n in missing
    ]
    return BadInput(problems)


def _refuse_columns(beside: Beside, rule: str, columns: list[str]) -> None:
    remedy = "Get the file that has each column once, and the one that this reader is for."
    raise BadInput([Problem(beside.name, rule, remedy, None, column) for column in columns])


def _is_note(cell: str) -> bool:
    """Whether the one filled cell of a row is words about the table, not what is left of a row."""
    words = cell.strip()
    return words[:1].isalpha() and " " in words
