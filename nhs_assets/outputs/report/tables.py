"""The table behind a figure: headings in words, cells as people print them, exact values beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from nhs_assets.outputs.charts.words import MINUS, number
from nhs_assets.outputs.figure_card import plain
from nhs_assets.outputs.sentences import rounded

UNITS = {"gbp_m": "£m", "gbp": "£", "pct": "%", "points": "points", "months": "months", "posts": "posts"}
"""Units at the end of a column's name, and how a heading writes them."""

WORDS = {"p10": "10th percentile", "p50": "median", "p90": "90th percentile", "fy": "year", "ods": "ODS"}


@dataclass(frozen=True)
class Cell:
    """A cell as it is printed, with its exact value if it is a number."""

    text: str
    value: str | None = None


@dataclass(frozen=True)
class HtmlTable:
    """A table with its caption; the first column names the row."""

    caption: str
    header: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]


def html_table(caption: str, rows: pl.DataFrame) -> HtmlTable:
    """The rows as a table, without columns that hold nothing."""
    shown = rows.select(name for name in rows.columns if rows[name].null_count() < len(rows))
    writes = {name: _write(name) for name in shown.columns}
    cells = tuple(
        tuple(_cell(value, writes[name]) for name, value in row.items()) for row in shown.iter_rows(named=True)
    )
    header = tuple((heading(name), shown.schema[name].is_numeric()) for name in shown.columns)
    return HtmlTable(caption, header, cells)


def heading(name: str) -> str:
    """A column's name in words: ``cash_difference_gbp_m`` is "Cash difference, £m"."""
    for ending, unit in UNITS.items():
        if name.endswith(f"_{ending}"):
            return f"{_words(name.removesuffix(f'_{ending}'))}, {unit}"
    return _words(name)


def _words(name: str) -> str:
    words = " ".join(WORDS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def _write(name: str) -> Callable[[float], str]:
    if name.endswith("_gbp_m"):
        return lambda value: _places(value, 0 if abs(value) >= 100 else 1)
    if name.endswith(("_pct", "_points")):
        return lambda value: _places(value, 0 if abs(value) >= 100 else 2)
    if name.startswith("operations"):
        return lambda value: _places(value, -2)
    if name.endswith(("_posts", "_months", "_gbp")) or "rank" in name:
        return lambda value: _places(value, 0)
    return number


def _cell(value: object, write: Callable[[float], str]) -> Cell:
    if isinstance(value, bool) or value is None or isinstance(value, str | date):
        return Cell("" if value is None else plain(value).replace("_", " ") if isinstance(value, str) else plain(value))
    exact = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return Cell(write(float(value)), exact)


def _places(value: float, places: int) -> str:
    text = f"{abs(rounded(value, places)):,f}" if places > 0 else f"{abs(int(rounded(value, places))):,}"
    return f"{MINUS if rounded(value, places) < 0 else ''}{text}"
