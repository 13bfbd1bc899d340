"""What every reader of a publisher's file takes and returns.

A reader is pure: bytes in, frames out. It recognises a file by its headings and never by its name, finds rows and
columns by the headings around them, and refuses what it cannot read with certainty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import Settings, settings


@dataclass(frozen=True)
class Coverage:
    """First and last month of the figures, each as its first day; of a forecast, the month of publication."""

    first: date
    last: date


@dataclass(frozen=True)
class ComparedCell:
    """A cell of a workbook that a person compared with the published table, as the file's note names it.

    ``value`` is what the file holds as text, and ``rule`` the id of the one rule that the cell need not satisfy.
    """

    sheet: str
    cell: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell} = {self.value or 'empty'} ({self.rule})"


@dataclass(frozen=True)
class ReaderContext:
    """What a reader needs besides the bytes: the rows of ``raw.organisation``, a name for problems, and the limits.

    ``compared`` are the cells that a person compared.
    """

    organisations: pl.DataFrame
    name: str = "the file"
    limits: Settings = field(default_factory=settings)
    compared: tuple[ComparedCell, ...] = ()

    def problem(
        self,
        rule: str,
        remedy: str,
        row: int | str | None = None,
        column: str | None = None,
        value: object = None,
        sheet: str | None = None,
    ) -> Problem:
        """One thing wrong with the file, at the line of a CSV or the cell of a workbook."""
        return Problem(self.name, rule, remedy, row, column, None if value is None else str(value), sheet)

    def refuse(self, rule: str, remedy: str, **where: object) -> BadInputError:
        """The error for one problem; ``where`` is its row, column, value and sheet."""
        return BadInputError([self.problem(rule, remedy, **where)])


@dataclass(frozen=True)
class ReadFile:
    """The content of a file of a format (``kind``), and the problems of the rows that were not read (``set_aside``).

    The tidy frames by table are sorted by key, without the columns that come from outside the file: vintage, source and
    confidence. ``covers`` is None if the file does not say which months. ``compared`` are the cells that count because
    a person compared them, ``adjusted`` those that the publisher adjusted and explained, each with the explanation.
    """

    kind: str
    covers: Coverage | None
    tables: Mapping[str, pl.DataFrame]
    set_aside: tuple[Problem, ...] = ()
    compared: tuple[ComparedCell, ...] = ()
    adjusted: tuple[str, ...] = ()

    def completed(self, table: str, **outside: str | date) -> pl.DataFrame:
        """Rows of one of the tables with the columns that come from outside the file, such as ``source_id``.

        Raises:
            BadInputError: if the completed rows do not match the contract.
        """
        described = contract(table)
        schema = described.polars_schema()
        frame = self.tables[table].with_columns(
            pl.lit(value, schema.get(name)).alias(name) for name, value in outside.items()
        )
        empty = [name for name, column in described.model.columns().items() if column.nullable]
        frame = frame.with_columns(pl.lit(None, schema[name]).alias(name) for name in empty if name not in frame)
        if set(frame.columns) != set(schema) or not described.model.is_valid(frame.select(list(schema))):
            rule = f"does not give rows of {table} with {sorted(outside)}"
            raise BadInputError([Problem(self.kind, rule, "Give the other columns.")])
        return frame.select(list(schema)).sort(described.primary_key)


@dataclass(frozen=True)
class Format:
    """A file format of a publisher.

    ``match`` gives the share of its headings in a content, from 0 to 1 (a match), and never raises. ``read`` raises
    BadInputError with file, row, column, value, rule and remedy.
    """

    kind: str
    match: Callable[[bytes, ReaderContext], float]
    read: Callable[[bytes, ReaderContext], ReadFile]
