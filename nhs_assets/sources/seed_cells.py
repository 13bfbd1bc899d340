"""Splits the bytes of a seed into lines and text cells, before anything is typed."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import settings
from nhs_assets.sources import staff_list
from nhs_assets.sources.csv_text import DELIMITERS, SAVE_AS, decoded, numbered_rows
from nhs_assets.sources.seed_files import Seed, read_origin

MOST_COLUMNS = 200
"""In a file with more columns, surplus ones are not named one by one."""


@dataclass(frozen=True)
class Cells:
    """The cells of a seed: one String column of ``text`` for each column of the contract, by line."""

    lines: list[int] = field(default_factory=list)
    text: pl.DataFrame = field(default_factory=pl.DataFrame)
    of_file: list[Problem] = field(default_factory=list)
    """Why the file cannot be split into rows."""
    of_rows: list[Problem] = field(default_factory=list)
    """Rows with too few or too many cells, which ``text`` leaves out."""

    @property
    def rows(self) -> int:
        """Rows in the file, good and bad."""
        return len(self.lines) + len(self.of_rows)


def cells_of(seed: Seed, content: bytes) -> Cells:
    """Splits the bytes of a seed into lines and text cells."""
    try:
        header, rows = _rows(seed, content)
    except BadInputError as refused:
        return Cells(of_file=list(refused.problems))
    remedy = "Check for a missing or surplus comma."
    ragged, lines, cells = [], [], []
    for line, row in rows:
        if len(row) == len(header):
            lines.append(line)
            cells.append([cell or None for cell in row])
        else:
            rule = f"has {len(row)} cells where the header has {len(header)}"
            ragged.append(Problem(seed.name, rule, remedy, line))
    text = pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row")
    if seed.is_staff_list:
        text = text.with_columns(
            ods_code=pl.lit(seed.path.stem),
            source_line=pl.Series([str(line) for line in lines], dtype=pl.String),
            known_from=pl.lit(str(read_origin(seed).date_accessed)),
        )
    return Cells(lines, text, [], ragged)


def _rows(seed: Seed, content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row with its line; refused if the file is not CSV with the right header, or too long."""
    text = decoded(seed.name, content)
    rule, line = "", None
    if text.startswith("\ufeff"):
        rule, remedy = "begins with a byte-order mark", SAVE_AS
    elif "\0" in text:
        rule, remedy, line = "contains a zero byte", SAVE_AS, text.count("\n", 0, text.index("\0")) + 1
    elif not text.endswith(("\n", "\r")):
        rule = "does not end with a line break, so it may have been cut off"
        remedy = "Put the whole file there; if it is whole, end its last line."
    if rule:
        raise BadInputError([Problem(seed.name, rule, remedy, line)])
    numbered = numbered_rows(seed.name, text)
    _, header = next(numbered, (1, []))
    if problems := _header_problems(seed, header):
        raise BadInputError(problems)
    limit = settings().input_rows
    rows = list(islice(numbered, limit + 1))
    if len(rows) > limit:
        remedy = "Remove what does not belong there, or raise NHS_ASSETS_INPUT_ROWS if every row does."
        raise BadInputError([Problem(seed.name, f"has more rows than the limit of {limit:,}", remedy)])
    return header, rows


def keys_by_line(seed: Seed, content: bytes) -> dict[int, str]:
    """The key of each row by its line, the values joined by /; rows without a whole key are left out."""
    cells = cells_of(seed, content)
    if cells.of_file:
        return {}
    keys = zip(cells.lines, cells.text.select(seed.contract.primary_key).iter_rows(), strict=True)
    return {line: "/".join(key) for line, key in keys if None not in key}


def _header_problems(seed: Seed, header: list[str]) -> list[Problem]:
    expected = list(seed.file_columns)
    if len(header) == 1 and (marks := [mark for mark in DELIMITERS if mark in header[0]]):
        rule = f"is separated by {DELIMITERS[marks[0]]}"
        return [Problem(seed.name, rule, "Save the file as CSV with commas between cells.", row=1)]
    remedy = f"The header must be: {','.join(expected)}"
    if len(header) > MOST_COLUMNS:
        return [Problem(seed.name, f"has {len(header):,} columns instead of {len(expected)}", remedy, row=1)]
    findings = {
        "is missing the column": sorted(set(expected) - set(header)),
        "has a column no contract describes": sorted(set(header) - set(expected)),
        "repeats the column": sorted(name for name, count in Counter(header).items() if count > 1),
    }
    if seed.is_staff_list and findings["has a column no contract describes"]:
        remedy = f"{staff_list.REMEDY} {remedy}"
    return [
        Problem(seed.name, finding, remedy, row=1, column=name) for finding, names in findings.items() for name in names
    ]
