"""Small tables for the tests of the SQL: rows given in part, and the project's own SELECTs run over them."""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st

from nhs_assets.build.checks import evaluate, find_checks
from nhs_assets.build.engine import session
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import contract
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.staging import refuse_broken
from tests.clocks import TODAY

SQL = PROJECT_ROOT / "sql"
CHECKS = {check.name: check for check in find_checks(SQL)}
CALENDAR = "settlement.financial_year"
START = date(2025, 4, 1)
PLAIN_VALUES = {
    "identifier": "any",
    "code": "ANY",
    "text": "any",
    "financial year": "2025-26",
    "date": START,
    "month": START,
    "yes/no": False,
}

few = settings(max_examples=10, deadline=None)
"""Each example runs several SELECTs, about a tenth of a second together."""

Tables = Mapping[str, pl.DataFrame]


def table(name: str, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows of a table with its contract's dtypes; a column that is not given is empty, or plain where it may not be.

    Raises:
        ContractError: if the rows are not what the contract says.
    """
    described = contract(name)
    frame = pl.DataFrame([_plain_row(name) | row for row in rows], schema=described.polars_schema())
    refuse_broken(described, frame)
    return frame


def run_sql(name: str, inputs: Tables) -> pl.DataFrame:
    """The table that its SQL file makes of the inputs, held against its contract as in a refresh.

    Raises:
        ColumnMismatchError: if the SELECT gives other columns than the contract describes.
        ContractError: if the rows break a rule of the contract.
    """
    return run_all([name], inputs)[name]


def run_all(names: Iterable[str], inputs: Tables) -> dict[str, pl.DataFrame]:
    """The inputs and the calendar, and the tables that their SQL files make of them one after the other.

    Raises:
        ColumnMismatchError: if a SELECT gives other columns than its contract describes.
        ContractError: if the rows of a table break a rule of its contract.
    """
    tables = {CALENDAR: calendar(), **inputs}
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder), tables)
        for name in names:
            described, select = contract(name), select_of(name)
            paths[name] = Path(folder) / f"{name}.parquet"
            with session(Settings(), {read: paths[read] for read in select.tables}) as opened:
                opened.write(select, described, paths[name])
            tables[name] = pl.read_parquet(paths[name])
            refuse_broken(described, tables[name])
    return tables


@lru_cache(maxsize=1)
def calendar() -> pl.DataFrame:
    """``settlement.financial_year``, which is made from nothing."""
    with session(Settings(), {}) as opened:
        return opened.rows(select_of(CALENDAR)).select(contract(CALENDAR).column_names)


def select_of(name: str) -> Select:
    """The SELECT that makes a table."""
    described = contract(name)
    return Select.from_file(SQL / described.schema / f"{described.table}.sql")


def broken(tables: Tables, *checks: str) -> dict[str, list[dict]]:
    """The rows that break each of the checks that do not hold."""
    selects = {name: CHECKS[name] for name in checks}
    needed = {read for check in selects.values() for read in check.reads}
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder), {name: tables[name] for name in needed})
        with session(Settings(), paths) as opened:
            found = evaluate(opened, list(selects.values()), TODAY)
    return {outcome.check.name: outcome.offending.to_dicts() for outcome in found if not outcome.passed}


def parameters(**values: float | tuple[float, float | None, float]) -> pl.DataFrame:
    """``evidence.parameter_value`` with one current value of each: exact, or low, value and high."""
    ranges = {name: value if isinstance(value, tuple) else (value,) * 3 for name, value in values.items()}
    return table(
        "evidence.parameter_value",
        [
            {"parameter_id": name, "valid_from": START, "low": low, "value": value, "high": high, "is_current": True}
            for name, (low, value, high) in ranges.items()
        ],
    )


def vintages(known_from: Mapping[str, date]) -> pl.DataFrame:
    """``evidence.vintage`` with the days given."""
    in_order = sorted(known_from, key=known_from.__getitem__)
    return table(
        "evidence.vintage",
        [
            {"vintage_id": name, "known_from": known_from[name], "sequence": place}
            for place, name in enumerate(in_order, start=1)
        ],
    )


def any_source() -> pl.DataFrame:
    """``evidence.source`` with the one document that plain rows name."""
    return table("evidence.source", [{"source_id": PLAIN_VALUES["identifier"], "documents_of_same_origin": 1}])


def financial_year(start_year: int) -> str:
    """``2025`` is ``2025-26``."""
    return f"{start_year}-{(start_year + 1) % 100:02d}"


def money(low: int, high: int, step: Decimal = Decimal("0.000001")) -> st.SearchStrategy[Decimal]:
    """Amounts in £m between two whole millions, in steps."""
    return st.integers(int(low / step), int(high / step)).map(lambda steps: steps * step)


def ranges(low: int, high: int, step: Decimal) -> st.SearchStrategy[tuple[Decimal, Decimal, Decimal]]:
    """Low, central and high in order, high no more than twice the central amount, as of a parameter."""
    ordered = st.tuples(*[money(low, high, step)] * 3).map(sorted)
    return ordered.map(lambda amounts: (*amounts[:2], min(amounts[2], 2 * amounts[1])))


def shares(parts: int) -> st.SearchStrategy[list[float]]:
    """That many shares, in millionths, which sum to one."""
    cuts = st.lists(st.integers(0, 1_000_000), min_size=parts - 1, max_size=parts - 1).map(sorted)
    return cuts.map(lambda at: [(high - low) / 1_000_000 for low, high in zip([0, *at], [*at, 1_000_000], strict=True)])


@lru_cache(maxsize=64)
def _plain_row(name: str) -> dict[str, object]:
    declared = contract(name).model.columns()
    return {
        column.name: None
        if column.nullable
        else (declared[column.name].metadata or {}).get("values", [PLAIN_VALUES.get(column.unit, 0)])[0]
        for column in contract(name).columns
    }


def _written(folder: Path, tables: Tables) -> dict[str, Path]:
    paths = {name: folder / f"{name}.parquet" for name in tables}
    for name, path in paths.items():
        tables[name].write_parquet(path)
    return paths
