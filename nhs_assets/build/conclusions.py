"""Conclusions: the few statements a reader takes away, each a SELECT over the product tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.select import Select
from nhs_assets.settings import Settings

HEADER_KEYS = ("label", "unit", "how to read")

Values = Mapping[tuple[str, str], float | None]
"""Value by conclusion and figure; None where the tables give no answer."""


@dataclass(frozen=True)
class Conclusion:
    """One file of ``sql/conclusions``: its SELECT gives rows of ``figure`` and ``value``."""

    conclusion_id: str
    select: Select

    @property
    def label(self) -> str:
        """The conclusion in a few words."""
        return self.select.header["label"]

    @property
    def unit(self) -> str:
        """The unit of its figures."""
        return self.select.header["unit"]

    @property
    def how_to_read(self) -> str:
        """What a reader must know."""
        return self.select.header["how to read"]

    @property
    def called(self) -> Mapping[str, str]:
        """Readers' names of the inputs that decide it, by input."""
        pairs = (pair.partition(" = ") for pair in self.select.header.get("called", "").split("; ") if pair)
        return {name: called for name, _, called in pairs}


@lru_cache(maxsize=4)
def find_conclusions(sql_dir: Path) -> tuple[Conclusion, ...]:
    """Every conclusion, by name."""
    paths = sorted((sql_dir / "conclusions").glob("*.sql"))
    found = tuple(Conclusion(path.stem, Select.from_file(path)) for path in paths)
    for conclusion in found:
        if any(not conclusion.select.header.get(key) for key in HEADER_KEYS):
            raise ValueError(f"{conclusion.select.path}: the header needs {', '.join(HEADER_KEYS)}")
    return found


def conclude(settings: Settings, conclusions: Sequence[Conclusion], tables: Mapping[str, Path]) -> pl.DataFrame:
    """The rows of ``audit.conclusion``, unsorted, from the Parquet files of the tables that the conclusions read."""
    columns = ("conclusion_id", "figure", "label", "unit", "concluded_value", "how_to_read")
    with duckdb_engine.session(settings, tables) as session:
        rows = [
            (drawn.conclusion_id, figure, drawn.label, drawn.unit, value, drawn.how_to_read)
            for drawn in conclusions
            for figure, value in session.rows(drawn.select).select("figure", "value").iter_rows()
        ]
    schema = {name: pl.Float64 if "value" in name else pl.String for name in columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def values_of(concluded: pl.DataFrame) -> Values:
    """The figures of ``audit.conclusion`` by conclusion and figure."""
    rows = concluded.select("conclusion_id", "figure", "concluded_value").iter_rows()
    return {(conclusion_id, figure): value for conclusion_id, figure, value in rows}
