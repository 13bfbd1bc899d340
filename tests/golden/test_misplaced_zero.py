"""A zero too many in any figure of any seed is refused, and what refuses it names the row."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.build.checks import Check, evaluate, find_checks
from nhs_assets.build.engine import session
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import SCHEMAS, Contract, contract, contracts
from nhs_assets.settings import PROJECT_ROOT
from tests.clocks import TODAY
from tests.conftest import Project

pytestmark = pytest.mark.golden

SQL = PROJECT_ROOT / "sql"
NOT_FIGURES = {
    "char_start": "a place in a text",
    "char_end": "a place in a text",
    "document_characters": "the length of a held copy, which goes with its checksum",
    "plausible_low": "a bound that figures are held against",
    "plausible_high": "a bound that figures are held against",
    "rounding_gbp_m": "the unit a publisher rounded to",
    "tolerance": "half the last printed digit of the figure beside it",
}
SELECTS = {
    f"{path.parent.name}.{path.stem}": Select.from_file(path)
    for path in sorted(SQL.glob("*/*.sql"))
    if path.parent.name in SCHEMAS
}

CAUGHT: Counter[str] = Counter()
"""How many figures each check has caught so far."""


@dataclass(frozen=True)
class Cell:
    """One figure of a raw table, by the key of its row."""

    key: tuple
    column: str
    value: object

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.key))}: {self.column} {self.value}"


def figures(described: Contract) -> list[str]:
    return [
        column
        for column, dtype in described.polars_schema().items()
        if dtype.is_numeric() and column not in NOT_FIGURES and column not in described.primary_key
    ]


RAW_TABLES = [name for name, described in contracts().items() if described.schema == "raw" and figures(described)]


def path_of(project: Project, table: str) -> Path:
    schema, name = table.split(".")
    return project.settings.data_dir / "working" / schema / f"{name}.parquet"


def misplaced(described: Contract, frame: pl.DataFrame) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Every figure that is not nil, and the table with that figure times ten."""
    keys = frame.select(described.primary_key).rows()
    for column in figures(described):
        for place, value in enumerate(frame[column]):
            if value:
                here = pl.int_range(pl.len()) == place
                times_ten = (pl.col(column) * 10).cast(frame.schema[column])
                yield (
                    Cell(keys[place], column, value),
                    frame.with_columns(pl.when(here).then(times_ten).otherwise(pl.col(column))),
                )


def contract_names_it(described: Contract, cell: Cell, wrong: pl.DataFrame) -> bool:
    _, refused = described.model.filter(wrong)
    return len(refused) > 0 and cell.key in refused.invalid().select(described.primary_key).rows()


@lru_cache(maxsize=len(RAW_TABLES))
def made_of(raw: str) -> tuple[str, ...]:
    """The tables whose SELECT reads the raw table, each after those of them that it reads itself."""
    waiting = {name for name, select in SELECTS.items() if raw in select.tables}
    in_order: list[str] = []
    while waiting:
        ready = sorted(name for name in waiting if not waiting & set(SELECTS[name].tables))
        in_order += ready
        waiting -= set(ready)
    return tuple(in_order)


@lru_cache(maxsize=len(RAW_TABLES))
def checks_of(raw: str) -> tuple[Check, ...]:
    """The blocking checks on the raw table and what is made of it, that read nothing made further down the way."""
    rebuilt = set(made_of(raw))
    # The model may rest on any seed.
    further_down = {name for name in contracts() if not name.startswith(("raw.", "audit.")) and name not in SELECTS}
    while found := {n for n, select in SELECTS.items() if {raw, *further_down} & set(select.tables)} - further_down:
        further_down |= found
    return tuple(
        check
        for check in find_checks(SQL)
        if check.blocking and {raw, *rebuilt} & set(check.reads) and not (further_down - rebuilt) & set(check.reads)
    )


@dataclass(frozen=True)
class Rebuilt:
    """The project's tables with one raw table replaced; what is made of it is made when a check first reads it."""

    project: Project
    raw: str
    folder: Path

    def paths(self, names: Iterable[str]) -> dict[str, Path]:
        return {name: self._path(name) for name in names}

    def _path(self, name: str) -> Path:
        if name not in (self.raw, *made_of(self.raw)):
            return path_of(self.project, name)
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            with session(self.project.settings, self.paths(SELECTS[name].tables)) as opened:
                opened.write(SELECTS[name], contract(name), path)
        return path


def check_names_it(raw: str, cell: Cell, wrong: pl.DataFrame, project: Project) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        wrong.write_parquet(Path(folder) / f"{raw}.parquet")
        rebuilt = Rebuilt(project, raw, Path(folder))
        # Figures of a seed are mostly caught by the same few checks: what has caught most is asked first.
        for check in sorted(checks_of(raw), key=lambda check: -CAUGHT[check.name]):
            with session(project.settings, rebuilt.paths(check.reads)) as opened:
                (outcome,) = evaluate(opened, [check], TODAY)
                if any(set(cell.key) <= set(row) for row in outcome.offending.rows()):
                    CAUGHT[check.name] += 1
                    return True
    return False


@pytest.mark.parametrize("raw", RAW_TABLES)
def test_every_figure_times_ten_is_refused_by_name(raw: str, refreshed: Project) -> None:
    described = contract(raw)
    uncaught = [
        str(cell)
        for cell, wrong in misplaced(described, pl.read_parquet(path_of(refreshed, raw)))
        if not contract_names_it(described, cell, wrong) and not check_names_it(raw, cell, wrong, refreshed)
    ]
    assert not uncaught, f"{len(uncaught)} figures of {raw} times ten are not refused by name:\n" + "\n".join(uncaught)


def test_what_is_not_a_figure_is_a_column_of_a_seed() -> None:
    raw = [described for described in contracts().values() if described.schema == "raw"]
    assert set(NOT_FIGURES) <= {column for described in raw for column in described.column_names}
