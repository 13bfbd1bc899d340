"""Rows of text as typed rows by the contract of what is printed, with the bad rows separated from the good."""

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import dataframely as dy
import polars as pl

from nhs_assets.contracts.publishers import printed
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources.cells import table_problems, typed
from nhs_assets.sources.publishers.interface import ReaderContext

_SLASHED = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_DASHED = re.compile(r"\d{4}-\d{2}-\d{2}")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def iso_day(text: str) -> str:
    """A day written dd/mm/yyyy or yyyy-mm-dd, as the latter; other text with a space, which no date has."""
    text = _MIDNIGHT.sub("", text)
    if match := _SLASHED.fullmatch(text):
        return f"{match[3]}-{match[2]}-{match[1]}"
    return text if _DASHED.fullmatch(text) else f"{text} "


def good_rows(
    context: ReaderContext, model: type[dy.Schema], rows: Mapping[int, Mapping[str, str]]
) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows that match their contract, sorted by key, and the problems of the others.

    ``rows`` are the cells of each row by line; empty cells are missing values.
    """
    described = printed(model)
    problems: list[Problem] = []
    left = dict(rows)
    while left:
        text = pl.DataFrame(
            {name: [cells[name] or None for cells in left.values()] for name in described.column_names},
            schema=dict.fromkeys(described.column_names, pl.String),
        )
        frame, found = typed(context.name, described, list(left), text)
        if not found:
            return frame, problems
        problems += found
        for line in {problem.row for problem in found}:
            del left[line]
    return pl.DataFrame(schema=described.polars_schema()), problems


Place = Callable[[str, str | None], Mapping[str, object]]
"""Where a row, by its name, and a column of a computed frame were read, as parts of a Problem."""


def tidy(
    context: ReaderContext, model: type[dy.Schema], frame: pl.DataFrame, place: Place = lambda row, column: {}
) -> pl.DataFrame:
    """A computed frame with the columns of its contract, sorted by key; refused with each row that breaks a rule."""
    described = printed(model)
    schema = described.polars_schema()
    frame = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort(described.primary_key)
    if problems := table_problems(context.name, described, frame):
        raise BadInputError([replace(problem, **place(str(problem.row), problem.column)) for problem in problems])
    return frame


def check_share(context: ReaderContext, problems: Iterable[Problem], rows_read: int) -> tuple[Problem, ...]:
    """The problems of rows to set aside; refused if their share is above the limit, or if no row is left."""
    set_aside = tuple(problems)
    rows = len({problem.row for problem in set_aside})
    if set_aside and (not rows_read or rows * 100 > context.limits.publisher_set_aside_pct * (rows + rows_read)):
        raise BadInputError(set_aside)
    return set_aside


@lru_cache(maxsize=1024)
def month_end(text: str) -> date | None:
    """The day that a text in ISO format gives, if it is the last of its month."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if calendar.monthrange(day.year, day.month)[1] == day.day else None
