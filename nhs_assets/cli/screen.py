"""What commands print: rows as tables, text as it is, and the message with which a command ends that cannot go on."""

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

if TYPE_CHECKING:
    import polars as pl

NARROWEST_COLUMN = 14
"""Below this many characters a column, rows are shown one under another."""

LONGEST_WORD = 300
"""Characters of a word without a space that a message repeats."""

_HOLDS_BYTES = re.compile("Binary|Object")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")

out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True)


class Format(StrEnum):
    """How query results are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def say(console: Console, text: str) -> None:
    """Prints text as it is: paths and rows must stay whole to be copied, and data must not be read as markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """Ends the command with 1 and says why.

    Raises:
        typer.Exit: always.
    """
    shown = _LONG_WORD.sub(lambda word: f"{word[0][:LONGEST_WORD]}…", message)
    # What was typed is repeated here, and a terminal would obey codes in it.
    shown = "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in shown)
    err.print(shown, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def write_frame(frame: "pl.DataFrame", output: Format, limit: int) -> None:
    """Rows in the format asked for; only a table is cut at the limit."""
    if output is Format.CSV:
        odd = [name for name, kind in frame.schema.items() if kind.is_nested() or _HOLDS_BYTES.search(repr(kind))]
        sys.stdout.write(_as_text(frame, odd).write_csv())
    elif output is Format.JSON:
        sys.stdout.write(json_rows(frame) + "\n")
    else:
        print_frame(frame, limit)


def _as_text(frame: "pl.DataFrame", odd: list[str]) -> "pl.DataFrame":
    """The rows with some columns as text, of which the format has no cells."""
    import polars as pl

    texts = [[None if cell is None else str(cell) for cell in frame[name].to_list()] for name in odd]
    return frame.with_columns(pl.Series(name, text, pl.String) for name, text in zip(odd, texts, strict=True))


def print_frame(frame: "pl.DataFrame", limit: int, title: str | None = None) -> None:
    """Rows as a table; one row under another where they are too wide to stand side by side."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in frame.head(limit).iter_rows()]
    if len(frame.columns) * NARROWEST_COLUMN <= out.width:
        shown = Table(*(Column(name, overflow="fold") for name in frame.columns), title=title)
        for row in rows:
            shown.add_row(*map(escape, row))
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


def json_rows(frame: "pl.DataFrame") -> str:
    """Rows as JSON objects."""
    import polars.selectors as cs

    odd = [name for name, kind in frame.schema.items() if _HOLDS_BYTES.search(repr(kind))]
    # Polars writes exact decimals as text; readers of JSON expect numbers, and £m fits a double to the penny.
    return _as_text(frame, odd).with_columns(cs.decimal().cast(float)).write_json()
