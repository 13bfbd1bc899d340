"""Rows of text to typed rows by the contract of what is printed, with the bad ones told apart from the good."""

import re
from collections.abc import Mapping, Sequence

import dataframely as dy
import polars as pl

from nhs_assets.contracts.publishers import printed
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.cells import typed
from nhs_assets.sources.publishers.interface import Beside

_SLASHED = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_DASHED = re.compile(r"\d{4}-\d{2}-\d{2}")
_AT_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def iso_day(text: str) -> str:
    """A day written dd/mm/yyyy or yyyy-mm-dd as the latter; any other text as it stands, to be refused as no date."""
    text = _AT_MIDNIGHT.sub("", text)
    match = _SLASHED.fullmatch(text)
    if match:
        return f"{match[3]}-{match[2]}-{match[1]}"
    return text if _DASHED.fullmatch(text) else f"{text} "


def good_rows(
    beside: Beside, model: type[dy.Schema], rows: Mapping[int, Mapping[str, str]]
) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows that hold their contract, sorted by key, and the problems of the others.

    Args:
        beside: names the file.
        model: contract of the rows as printed.
        rows: cells of each row by the line it stands on; empty cells are missing values.
    """
    described = printed(model)
    problems: list[Problem] = []
    left = dict(rows)
    while left:
        frame, found = typed(beside.name, described, list(left), _text(described.column_names, left))
        if not found:
            return frame, problems
        problems += found
        left = {line: cells for line, cells in left.items() if line not in {problem.row for problem in found}}
    return pl.DataFrame(schema=described.polars_schema()), problems


def tidy(beside: Beside, model: type[dy.Schema], frame: pl.DataFrame) -> pl.DataFrame:
    """A frame that was worked out, once it is what its contract says, sorted by key.

    Raises:
        BadInput: naming each row by its key and the rule that it breaks.
    """
    described = printed(model)
    schema = described.polars_schema()
    frame = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort(described.primary_key)
    if model.is_valid(frame):
        return frame
    _, failure = model.filter(frame)
    details = failure.details()
    rules = [name for name in details.columns if name not in frame.columns]
    remedy = "Compare the file with what was published before; a unit or a column may have changed."
    problems = []
    for row in details.iter_rows(named=True):
        where = ", ".join(str(row[name]) for name in described.primary_key)
        for rule in rules:
            if row[rule] == "invalid":
                column, _, condition = rule.rpartition("|")
                value = str(row[column]) if column else None
                words = f"breaks the rule '{condition.replace('_', ' ')}'"
                problems.append(Problem(beside.name, words, remedy, where, column or None, value))
    raise BadInput(problems)


def _text(names: Sequence[str], rows: Mapping[int, Mapping[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.Series([cells[name] or None for cells in rows.values()], dtype=pl.String) for name in names}
    )
