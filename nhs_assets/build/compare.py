"""Compares two sets of the same tables, figure by figure, inside DuckDB."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.relation import rows_of
from nhs_assets.contracts.figures import EVERY
from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.settings import Settings

SUMMED_OVER = ("ods_code", "month")
"""Key columns over which a long table is summed before it is compared; a month gives its financial year."""

UNIT = "unit"
"""Column with the unit of a row's values, in tables with values in several units."""

NUMBERS = ("BIGINT", "DOUBLE", "DECIMAL")
AT_YEAR_END = ("closing_", "cumulative_")
AT_YEAR_START = ("opening_",)

Where = Path | Mapping[str, Path]
"""A published database, or a Parquet file for each table."""


@dataclass(frozen=True)
class Sides:
    """Both sets of tables in one DuckDB."""

    connection: duckdb.DuckDBPyConnection
    old: Where
    new: Where

    def revisions(self, contract: Contract, columns: Sequence[str], most_rows: int) -> pl.DataFrame:
        """Every figure that differs.

        A table of at most ``most_rows`` rows is compared row by row: numbers that were added or withdrawn, and any
        of ``columns`` that changed. A longer one is compared by its totals over organisations and the months of a
        financial year. Both sides have the same key, and the columns in the same type.

        Returns:
            ``key_1`` to ``key_n`` as text, ``column_name``, ``kind``, ``old_value``, ``new_value``, ``old_text``,
            ``new_text``, and ``unit``: the row's own column of that name, where both sides have one.
        """
        old, new = (self._relation(side, where, contract) for side, where in (("old", self.old), ("new", self.new)))
        compared = [column for column in contract.columns if column.name in columns and not column.is_key]
        numeric = [column.name for column in compared if column.duckdb_type.startswith(NUMBERS)]
        texts = [column.name for column in compared if column.name not in numeric]
        unit = UNIT if UNIT in columns else None
        rows = max(self.connection.execute(f"SELECT count(*) FROM {side}").fetchall()[0][0] for side in (old, new))
        if rows > most_rows and set(SUMMED_OVER) & set(contract.primary_key):
            old, new = (_totals(side, contract, numeric) for side in (old, new))
            texts, unit = [], None
        return rows_of(self.connection, _differences(old, new, contract, numeric, texts, unit))

    def _relation(self, side: str, where: Where, contract: Contract) -> str:
        if isinstance(where, Path):
            side = "old" if where == self.old else side
            return f"{side}.{identifier(contract.schema)}.{identifier(contract.table)}"
        return f"read_parquet({literal(where[contract.name])})"


@contextmanager
def two_sides(settings: Settings, old: Where, new: Where) -> Iterator[Sides]:
    """Opens both sets of tables for reading."""
    config = {"memory_limit": settings.duckdb_memory_limit, "threads": settings.duckdb_threads}
    with duckdb.connect(":memory:", config=config) as connection:
        for side, where in (("old", old), ("new", new)):
            # Two days may have the same state, and a file can be attached once.
            if isinstance(where, Path) and (side == "old" or where != old):
                connection.execute(f"ATTACH {literal(where)} AS {side} (READ_ONLY)")
        yield Sides(connection, old, new)


def _totals(relation: str, contract: Contract, numeric: Sequence[str]) -> str:
    """The table summed over organisations and months, with the same key columns, ``*`` in those summed over."""
    by_year = "month" in contract.primary_key and "fy" in contract.column_names
    grouped = [name for name in contract.primary_key if name not in SUMMED_OVER] + (["fy"] if by_year else [])
    group = ", ".join(map(identifier, grouped))
    summed = {"ods_code": literal(EVERY), "month": "fy" if by_year else literal(EVERY)}
    keys = [f"{summed.get(name, identifier(name))} AS {identifier(name)}" for name in contract.primary_key]
    sums = [f"{_total(name, by_year)} AS {identifier(name)}" for name in numeric]
    edges = "*"
    if by_year:
        edges = f"*, min(month) OVER (PARTITION BY {group}) AS _first, max(month) OVER (PARTITION BY {group}) AS _last"
    by = f" GROUP BY {group}" if group else ""
    return f"(SELECT {', '.join([*keys, *sums])} FROM (SELECT {edges} FROM {relation}){by})"


def _total(column: str, by_year: bool) -> str:
    value = identifier(column)
    if by_year and column.startswith(AT_YEAR_END):
        value = f"CASE WHEN month = _last THEN {value} END"
    elif by_year and column.startswith(AT_YEAR_START):
        value = f"CASE WHEN month = _first THEN {value} END"
    # Sums of floating-point numbers depend on the order in which threads add them; money is exact anyway.
    return f"sum(CAST({value} AS DECIMAL(38, 6)))"


def _differences(
    old: str, new: str, contract: Contract, numeric: Sequence[str], texts: Sequence[str], unit: str | None
) -> str:
    key = list(map(identifier, contract.primary_key))
    is_new, is_old = (f"{side}.{key[0]} IS NULL" for side in "on")
    own_unit = f"coalesce(n.{identifier(unit)}, o.{identifier(unit)})" if unit else "CAST(NULL AS VARCHAR)"
    joined = [
        f"coalesce(CAST(n.{name} AS VARCHAR), CAST(o.{name} AS VARCHAR)) AS key_{place}"
        for place, name in enumerate(key, start=1)
    ]
    joined += [
        f"{own_unit} AS unit",
        f"CASE WHEN {is_new} THEN 'added' WHEN {is_old} THEN 'withdrawn' ELSE 'changed' END AS kind",
    ]
    joined += [
        f"{side}.{identifier(name)} AS {identifier(f'{side}_{name}')}" for name in [*numeric, *texts] for side in "on"
    ]
    matched = " AND ".join(f"n.{name} = o.{name}" for name in key)
    names = ", ".join(f"key_{place}" for place in range(1, len(key) + 1))

    def part(name: str, where: str, value: str | None = None, text: str | None = None) -> str:
        """The differences of a column, cast to the type of the values or of the texts."""
        cells = [
            f"CAST({'NULL' if given is None else identifier(f'{side}_{given}')} AS {kind}) AS {called}_{end}"
            for given, kind, end in ((value, "DOUBLE", "value"), (text, "VARCHAR", "text"))
            for side, called in (("o", "old"), ("n", "new"))
        ]
        return (
            f"SELECT {names}, {literal(name)} AS column_name, kind, {', '.join(cells)}, unit FROM joined WHERE {where}"
        )

    def differs(name: str) -> str:
        return f"{identifier(f'o_{name}')} IS DISTINCT FROM {identifier(f'n_{name}')}"

    parts = [part(name, differs(name), value=name) for name in numeric]
    parts += [part(name, f"kind = 'changed' AND {differs(name)}", text=name) for name in texts]
    if not numeric:
        parts.append(part(EVERY, "kind <> 'changed'"))
    return (
        f"WITH joined AS MATERIALIZED (SELECT {', '.join(joined)} FROM (SELECT * FROM {new}) AS n "
        f"FULL JOIN (SELECT * FROM {old}) AS o ON {matched}) {' UNION ALL '.join(parts)} ORDER BY ALL"
    )
