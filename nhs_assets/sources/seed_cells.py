"""Takes the bytes of a seed apart into lines and text cells, before anything is typed."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass

import polars as pl

from nhs_assets.ground.problems import Problem
from nhs_assets.settings import settings
from nhs_assets.sources import staff_list
from nhs_assets.sources.seed_files import Seed, read_origin

MOST_COLUMNS = 200
"""Of a file with more columns each surplus one is not named."""

_SAVE_AS = "Save the file as UTF-8 without a byte-order mark."
_OTHER_DELIMITERS = {";": "a semicolon", "\t": "a tab", "|": "a bar"}


@dataclass(frozen=True)
class Cells:
    """A seed taken apart.

    Attributes:
        lines: where each row stands.
        text: one String column for each of the contract's columns; no rows where the file cannot be taken apart.
        of_file: why it cannot be.
        of_rows: rows with too few or too many cells, which are not among ``text``.
    """

    lines: list[int]
    text: pl.DataFrame
    of_file: list[Problem]
    of_rows: list[Problem]

    @property
    def rows(self) -> int:
        """Rows in the file, the good and the bad."""
        return len(self.lines) + len(self.of_rows)


def cells_of(seed: Seed, content: bytes) -> Cells:
    """Takes the bytes of a seed apart into lines and text cells."""

    def not_taken_apart(problems: list[Problem]) -> Cells:
        return Cells([], pl.DataFrame(), problems, [])

    unreadable = _encoding_problem(seed, content)
    if unreadable:
        return not_taken_apart([unreadable])
    limit = settings().input_rows
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    try:
        header = next(reader, [])
        problems = _header_problems(seed, header)
        if problems:
            return not_taken_apart(problems)
        lines, rows = [], []
        for row in reader:
            lines.append(reader.line_num)
            rows.append(row)
            if len(rows) > limit:
                remedy = "Take out what does not belong there, or raise NHS_ASSETS_INPUT_ROWS if every row does."
                return not_taken_apart([Problem(seed.name, f"has more than the {limit:,} rows that are taken", remedy)])
    except csv.Error as error:
        found = Problem(seed.name, f"is not CSV: {error}", "Check the quotes.", row=reader.line_num)
        return not_taken_apart([found])
    ragged = [
        Problem(
            seed.name,
            f"has {len(row)} cells where the header has {len(header)}",
            "Check for a missing or surplus comma.",
            row=line,
        )
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]
    whole = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) == len(header)]
    columns = list(zip(*(row for _, row in whole), strict=True)) if whole else [()] * len(header)
    text = pl.DataFrame(
        {
            name: pl.Series([cell or None for cell in cells], dtype=pl.String)
            for name, cells in zip(header, columns, strict=True)
        }
    )
    whole_lines = [line for line, _ in whole]
    if seed.is_staff_list:
        text = staff_list.completed(text, seed.path, whole_lines, read_origin(seed).date_accessed)
    return Cells(whole_lines, text, [], ragged)


def keys_by_line(seed: Seed, content: bytes) -> dict[int, str]:
    """The key of each row by the line it stands on, its values joined by /, where all of them are filled."""
    cells = cells_of(seed, content)
    if cells.of_file:
        return {}
    keys = zip(cells.lines, cells.text.select(seed.contract.primary_key).iter_rows(), strict=True)
    return {line: "/".join(key) for line, key in keys if None not in key}


def _encoding_problem(seed: Seed, content: bytes) -> Problem | None:
    """Why the bytes are no whole text, if they are none."""
    if not content:
        return Problem(seed.name, "is empty", "Put the whole file there.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Problem(seed.name, "is UTF-16 and not UTF-8", f"{_SAVE_AS} Spreadsheets call UTF-16 'Unicode text'.")
    if content.startswith(codecs.BOM_UTF8):
        return Problem(seed.name, "begins with a byte-order mark", _SAVE_AS)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(seed.name, f"is not UTF-8 at byte {error.start}", _SAVE_AS, row=line)
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        return Problem(seed.name, "holds a byte of nil", _SAVE_AS, row=line)
    if not content.endswith((b"\n", b"\r")):
        remedy = "Put the whole file there; if it is whole, end its last line."
        return Problem(seed.name, "does not end with a line break, so it may have been cut off", remedy)
    return None


def _header_problems(seed: Seed, header: list[str]) -> list[Problem]:
    expected = list(seed.file_columns)
    if len(header) == 1 and (marks := [mark for mark in _OTHER_DELIMITERS if mark in header[0]]):
        rule = f"has cells with {_OTHER_DELIMITERS[marks[0]]} between them"
        return [Problem(seed.name, rule, "Save the file as CSV with commas between cells.", row=1)]
    if len(header) > MOST_COLUMNS:
        rule = f"has {len(header):,} columns where the contract has {len(expected)}"
        return [Problem(seed.name, rule, f"The header must be: {','.join(expected)}", row=1)]
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    findings = {
        "lacks the column": sorted(set(expected) - set(header)),
        "has a column no contract describes": sorted(set(header) - set(expected)),
        "repeats the column": repeated,
    }
    remedy = f"The header must be: {','.join(expected)}"
    if seed.is_staff_list and findings["has a column no contract describes"]:
        remedy = f"{staff_list.REMEDY} {remedy}"
    return [
        Problem(seed.name, finding, remedy, row=1, column=name) for finding, names in findings.items() for name in names
    ]
