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
RANGE = ("low_value", "high_value", "standard_error")

Values = Mapping[tuple[str, str], float | None]
"""Value by conclusion and figure; None where the tables give no answer."""


@dataclass(frozen=True)
class Conclusion:
    """One file of ``sql/conclusions``: its SELECT gives rows of ``figure`` and ``value``.

    The file of its name in ``sql/conclusions/ranges``, if there is one, gives ``figure``, ``low_value``, ``high_value``
    and ``standard_error``. It is apart because ranges read tables over draws, which are too slow to make again for
    every mix of inputs that explains a move.
    """

    conclusion_id: str
    select: Select
    range_select: Select | None = None

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
    def tables(self) -> tuple[str, ...]:
        """Tables that its values and ranges are read from, sorted."""
        ranges = self.range_select.tables if self.range_select else ()
        return tuple(sorted({*self.select.tables, *ranges}))

    @property
    def version(self) -> str:
        """Version of what it says."""
        ranges = f" {self.range_select.version}" if self.range_select else ""
        return f"{self.conclusion_id} {self.select.version}{ranges}"

    @property
    def called(self) -> Mapping[str, str]:
        """Readers' names of the inputs that decide it, by input."""
        pairs = (pair.partition(" = ") for pair in self.select.header.get("called", "").split("; ") if pair)
        return {name: called for name, _, called in pairs}


@lru_cache(maxsize=4)
def find_conclusions(sql_dir: Path) -> tuple[Conclusion, ...]:
    """Every conclusion, by name."""
    folder = sql_dir / "conclusions"
    ranges = {path.stem: Select.from_file(path) for path in (folder / "ranges").glob("*.sql")}
    paths = sorted(folder.glob("*.sql"))
    found = tuple(Conclusion(path.stem, Select.from_file(path), ranges.pop(path.stem, None)) for path in paths)
    if ranges:
        raise ValueError(f"{folder / 'ranges'}: no conclusion is called {', '.join(sorted(ranges))}")
    for conclusion in found:
        if any(not conclusion.select.header.get(key) for key in HEADER_KEYS):
            raise ValueError(f"{conclusion.select.path}: the header needs {', '.join(HEADER_KEYS)}")
    return found


def conclude(settings: Settings, conclusions: Sequence[Conclusion], tables: Mapping[str, Path]) -> Values:
    """The values of conclusions from the Parquet files of the tables that their SELECTs read."""
    with duckdb_engine.session(settings, tables) as session:
        return {
            (drawn.conclusion_id, figure): value
            for drawn in conclusions
            for figure, value in session.rows(drawn.select).select("figure", "value").iter_rows()
        }


def conclude_with_ranges(
    settings: Settings, conclusions: Sequence[Conclusion], tables: Mapping[str, Path]
) -> pl.DataFrame:
    """The rows of ``audit.conclusion``, unsorted, from the Parquet files of the tables that the conclusions read."""
    values = conclude(settings, conclusions, tables)
    with duckdb_engine.session(settings, tables) as session:
        ranges = {
            (drawn.conclusion_id, figure): ends
            for drawn in conclusions
            if drawn.range_select
            for figure, *ends in session.rows(drawn.range_select).select("figure", *RANGE).iter_rows()
        }
    by_id = {drawn.conclusion_id: drawn for drawn in conclusions}
    numbers = ("concluded_value", *RANGE)
    rows = [
        {
            "conclusion_id": conclusion_id,
            "figure": figure,
            "label": by_id[conclusion_id].label,
            "unit": by_id[conclusion_id].unit,
            **dict(zip(numbers, (value, *ranges.get((conclusion_id, figure), (None, None, None))), strict=True)),
            "how_to_read": by_id[conclusion_id].how_to_read,
        }
        for (conclusion_id, figure), value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(numbers, pl.Float64), infer_schema_length=None)


def values_of(concluded: pl.DataFrame, column: str = "concluded_value") -> Values:
    """A column of ``audit.conclusion`` by conclusion and figure."""
    rows = concluded.select("conclusion_id", "figure", column).iter_rows()
    return {(conclusion_id, figure): value for conclusion_id, figure, value in rows}
