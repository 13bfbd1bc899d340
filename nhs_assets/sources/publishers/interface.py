"""What every reader of a publisher's file takes and gives.

A reader is pure: bytes in, frames out. It knows a file by its headings and never by its name, finds columns and rows by
what stands over and before them, and refuses what it cannot read with certainty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.settings import Settings, settings


class Span(StrEnum):
    """What the dates of a file are dates of."""

    MONTH = "month"
    VINTAGE = "vintage"


@dataclass(frozen=True)
class Coverage:
    """What a file covers, as the file itself says.

    Attributes:
        span: months that figures are for, or the month in which a forecast was published.
        first: first month, as its first day.
        last: last month, as its first day.
    """

    span: Span
    first: date
    last: date


@dataclass(frozen=True)
class Beside:
    """What a reader needs beside the bytes.

    Attributes:
        organisations: rows of ``raw.organisation``: the codes and names that are known.
        name: how problems name the file; nothing is read from it.
        limits: sizes and shares above which a file is refused.
    """

    organisations: pl.DataFrame
    name: str = "the file"
    limits: Settings = field(default_factory=settings)

    def named(self, name: str) -> "Beside":
        """The same under another file name."""
        return replace(self, name=name)

    def refuse(self, rule: str, remedy: str, **where: int | str | None) -> BadInput:
        """The error that says one thing is wrong with the file; ``where`` is row, column and value."""
        return BadInput([Problem(self.name, rule, remedy, **where)])


@dataclass(frozen=True)
class ReadFile:
    """A file that was read.

    Attributes:
        kind: name of its format.
        covers: what it covers; None where the file itself does not say.
        tables: tidy frames by the table they are for, sorted by key, without the columns that come from outside the
            file: vintage, source and confidence.
        rows: rows of data in the file.
        passed_over: rows of those that are about nobody in the programme or repeat others as an aggregate.
        rows_stand_alone: whether the good rows may be taken though others were set aside.
        set_aside: what is wrong with the rows that were not taken; each names row, column, rule, value and remedy.
        member: the file within a release that it was read from.
    """

    kind: str
    covers: Coverage | None
    tables: Mapping[str, pl.DataFrame]
    rows: int
    passed_over: int
    rows_stand_alone: bool
    set_aside: tuple[Problem, ...] = ()
    member: str | None = None

    def completed(self, table: str, **outside: str | date) -> pl.DataFrame:
        """Rows of a table of ``raw``, with the columns that come from outside the file.

        Args:
            table: one of ``tables`` that a contract describes.
            outside: values of the columns that the file does not hold, such as ``source_id``.

        Raises:
            KeyError: if no contract describes the table.
            BadInput: if the rows and ``outside`` together are not what the contract asks for.
        """
        described = contract(table)
        schema = described.polars_schema()
        frame = self.tables[table].with_columns(
            pl.lit(value, schema.get(name)).alias(name) for name, value in outside.items()
        )
        empty = [name for name, column in described.model.columns().items() if column.nullable]
        frame = frame.with_columns(pl.lit(None, schema[name]).alias(name) for name in empty if name not in frame)
        if set(frame.columns) != set(schema) or not described.model.is_valid(frame.select(list(schema))):
            raise BadInput([Problem(self.kind, f"gives no rows of {table} with {sorted(outside)}", "Give the rest.")])
        return frame.select(list(schema)).sort(described.primary_key)


class PublisherFile(Protocol):
    """A format that a publisher uses.

    Attributes:
        kind: its name, in our words.
        rows_stand_alone: whether a row depends on no other, so that good rows of a part-bad file may be taken.
    """

    kind: str
    rows_stand_alone: bool

    def recognise(self, content: bytes, beside: Beside) -> float:
        """How much of the format's headings the content has, from 0 to 1; only 1 is recognised. It never fails."""

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Reads the content.

        Raises:
            BadInput: if it cannot be read with certainty, with file, row, column, rule, value and remedy.
        """


def checked_share(beside: Beside, set_aside: Iterable[Problem], taken: int) -> tuple[Problem, ...]:
    """The problems of rows that were set aside, if they are few enough for the rest to be taken.

    Raises:
        BadInput: with all of them, if more rows were set aside than the settings allow, or none is left.
    """
    problems = tuple(set_aside)
    rows = len({problem.row for problem in problems})
    if problems and (not taken or rows * 100 > beside.limits.publisher_set_aside_pct * (rows + taken)):
        raise BadInput(problems)
    return problems
