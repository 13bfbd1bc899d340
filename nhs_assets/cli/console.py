"""Console output: tables, plain text, JSON and errors."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    import polars as pl

NARROWEST_COLUMN = 14
"""With fewer characters per column, rows are printed vertically."""

LONGEST_WORD = 300
"""Longest unbroken word that an error message repeats."""

_HOLDS_BYTES = re.compile("Binary|Object")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")

out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True)


class Format(StrEnum):
    """Output formats."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class TextFormat(StrEnum):
    """Output formats of what is no table."""

    TEXT = "text"
    JSON = "json"


class _JsonFlag:
    """``--json`` stands for ``--format json``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        """Reads the flag as the format; what follows ``--`` is no flag."""
        end = args.index("--") if "--" in args else len(args)
        if "--json" in args[:end]:
            kept = [argument for argument in args[:end] if argument != "--json"]
            args = ["--format", str(Format.JSON), *kept, *args[end:]]
        return super().parse_args(ctx, args)


class Answering(_JsonFlag, TyperCommand):
    """A command that answers."""


class AnsweringGroup(_JsonFlag, TyperGroup):
    """A group of commands that answers without one."""


RowsFormat = Annotated[Format, typer.Option("--format", "-f", help="How to write the rows; --json for short.")]


def say(console: Console, text: str) -> None:
    """Prints plain text: no wrapping, so that paths can be copied, and no markup, since data may contain brackets."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """Prints an error and exits with 1."""
    shown = _LONG_WORD.sub(lambda word: f"{word[0][:LONGEST_WORD]}…", message)
    # The message may repeat user input, whose control codes the terminal would obey.
    shown = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in shown)
    err.print(shown, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def reported_errors(remedy: str = "") -> Iterator[None]:
    """Prints bad input, what does not exist, and what DuckDB cannot answer as an error, and exits with 1."""
    import duckdb

    from nhs_assets.ground.problems import BadInputError, RebuildError

    try:
        yield
    except (BadInputError, LookupError, RebuildError, duckdb.Error) as error:
        fail(f"{error}{remedy}")


def write_frame(frame: "pl.DataFrame", output: Format, limit: int) -> None:
    """Writes rows in the requested format; only tables are cut at the limit."""
    if output is Format.CSV:
        odd = [name for name, kind in frame.schema.items() if kind.is_nested() or _HOLDS_BYTES.search(repr(kind))]
        sys.stdout.write(_as_text(frame, odd).write_csv())
    elif output is Format.JSON:
        sys.stdout.write(_json_rows(frame) + "\n")
    else:
        print_frame(frame, limit)


def write_json(**parts: "str | pl.DataFrame") -> None:
    """Writes one JSON object of texts and rows."""
    texts = (
        json.dumps(part, ensure_ascii=False) if isinstance(part, str) else _json_rows(part) for part in parts.values()
    )
    written = ", ".join(f'"{name}": {text}' for name, text in zip(parts, texts, strict=True))
    sys.stdout.write(f"{{{written}}}\n")


def print_frame(frame: "pl.DataFrame", limit: int, title: str | None = None) -> None:
    """Prints rows as a table, vertically if they are too wide."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in frame.head(limit).iter_rows()]
    if len(frame.columns) * NARROWEST_COLUMN <= out.width:
        print_table(frame.columns, rows, title)
    else:
        shown = Table("column", Column("value", overflow="fold"), title=title)
        for row in rows:
            for name, cell in zip(frame.columns, row, strict=True):
                shown.add_row(name, escape(cell))
            shown.add_section()
        out.print(shown)
    err.print(f"{len(rows)} of {len(frame)} rows", style="dim", highlight=False)
    if len(frame) > limit:
        err.print("--limit shows more, --format csv shows all", style="dim")


def print_table(header: Iterable[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Prints texts as a table; long ones are folded."""
    shown = Table(*(Column(name, overflow="fold") for name in header), title=title)
    for row in rows:
        shown.add_row(*map(escape, row))
    out.print(shown)


def _as_text(frame: "pl.DataFrame", odd: list[str]) -> "pl.DataFrame":
    """Converts columns that the format cannot hold to text."""
    import polars as pl

    texts = [[None if cell is None else str(cell) for cell in frame[name].to_list()] for name in odd]
    return frame.with_columns(pl.Series(name, text, pl.String) for name, text in zip(odd, texts, strict=True))


def _json_rows(frame: "pl.DataFrame") -> str:
    """Rows as a JSON array of objects."""
    import polars.selectors as cs

    odd = [name for name, kind in frame.schema.items() if _HOLDS_BYTES.search(repr(kind))]
    # Polars writes decimals as strings; JSON readers expect numbers, and £m fits a double to the penny.
    return _as_text(frame, odd).with_columns(cs.decimal().cast(float)).write_json()
