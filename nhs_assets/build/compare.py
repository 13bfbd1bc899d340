"""Two sets of the same tables held against each other, figure by figure, inside DuckDB."""

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
"""Key columns that a long table is summed over before it is compared; a month gives its financial year."""

UNIT = "unit"
"""Column with the unit of a row's values, in tables that hold values of several."""

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
        column that changed. A longer one is compared by its totals over organisations and the months of a financial
        year.

        Args:
            contract: the table, with the same key on both sides.
            columns: columns that both sides have in the same type.
            most_rows: rows of the longer side above which totals are compared.

        Returns:
            ``key_1`` to ``key_n`` as text, ``column_name``, ``kind``, ``old_value``, ``new_value``, ``old_text``,
            ``new_text``, and ``unit``: what the row's own column of that name says, where both sides have one.
        """
        old, new = (self._relation(side, where, contract) for side, where in (("old", self.old), ("new", self.new)))
        numeric = [c.name for c in contract.columns if c.name in columns and not c.is_key and _is_number(c.duckdb_type)]
        rows = max(self.connection.execute(f"SELECT count(*) FROM {side}").fetchall()[0][0] for side in (old, new))
        if rows > most_rows and set(SUMMED_OVER) & set(contract.primary_key):
            old, new = (_totals(side, contract, numeric) for side in (old, new))
            texts, unit = [], None
        else:
            unit = UNIT if UNIT in columns else None
            texts = [c.name for c in contract.columns if c.name in columns and not c.is_key and c.name not in numeric]
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
            # Two days may be of one state, and a file can be attached once.
            if isinstance(where, Path) and (side == "old" or where != old):
                connection.execute(f"ATTACH {literal(where)} AS {side} (READ_ONLY)")
        yield Sides(connection, old, new)


def _is_number(duckdb_type: str) -> bool:
    return duckdb_type in ("BIGINT", "DOUBLE") or duckdb_type.startswith("DECIMAL")


def _totals(relation: str, contract: Contract, numeric: Sequence[str]) -> str:
    """The table summed over organisations and months, with the same key columns: what is summed over is ``*``."""
    kept = [name for name in contract.primary_key if name not in SUMMED_OVER]
    by_year = "month" in contract.primary_key and "fy" in contract.column_names
    grouped = [*kept, *(["fy"] if by_year else [])]
    group = ", ".join(identifier(name) for name in grouped)
    keys = ", ".join(
        f"{'fy' if name == 'month' and by_year else literal(EVERY)} AS {identifier(name)}"
        if name in SUMMED_OVER
        else identifier(name)
        for name in contract.primary_key
    )
    edges = "*"
    if by_year:
        edges = f"*, min(month) OVER (PARTITION BY {group}) AS _first, max(month) OVER (PARTITION BY {group}) AS _last"
    sums = ", ".join(f"{_total(name, by_year)} AS {identifier(name)}" for name in numeric)
    by = f" GROUP BY {group}" if group else ""
    return f"(SELECT {keys}, {sums} FROM (SELECT {edges} FROM {relation}){by})"


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
    key = list(contract.primary_key)
    matched = " AND ".join(f"n.{identifier(name)} = o.{identifier(name)}" for name in key)
    keys = ", ".join(
        f"coalesce(CAST(n.{identifier(name)} AS VARCHAR), CAST(o.{identifier(name)} AS VARCHAR)) AS key_{place}"
        for place, name in enumerate(key, start=1)
    )
    cells = ", ".join(
        f"{side}.{identifier(name)} AS {identifier(f'{side}_{name}')}" for name in [*numeric, *texts] for side in "on"
    )
    first = identifier(key[0])
    kind = (
        f"CASE WHEN o.{first} IS NULL THEN 'added' WHEN n.{first} IS NULL THEN 'withdrawn' ELSE 'changed' END AS kind"
    )
    own_unit = f"coalesce(n.{identifier(unit)}, o.{identifier(unit)})" if unit else "CAST(NULL AS VARCHAR)"
    joined = (
        f"SELECT {keys}, {own_unit} AS own_unit, {kind}{', ' if cells else ''}{cells} FROM (SELECT * FROM {new}) AS n "
        f"FULL JOIN (SELECT * FROM {old}) AS o ON {matched}"
    )
    names = ", ".join(f"key_{place}" for place in range(1, len(key) + 1))
    nothing = "CAST(NULL AS DOUBLE) AS old_value, CAST(NULL AS DOUBLE) AS new_value"
    no_text = "CAST(NULL AS VARCHAR) AS old_text, CAST(NULL AS VARCHAR) AS new_text"
    parts = [
        f"SELECT {names}, {literal(name)} AS column_name, kind, "
        f"CAST({identifier(f'o_{name}')} AS DOUBLE) AS old_value, "
        f"CAST({identifier(f'n_{name}')} AS DOUBLE) AS new_value, {no_text}, own_unit AS unit FROM joined "
        f"WHERE {identifier(f'o_{name}')} IS DISTINCT FROM {identifier(f'n_{name}')}"
        for name in numeric
    ]
    parts += [
        f"SELECT {names}, {literal(name)} AS column_name, kind, {nothing}, "
        f"CAST({identifier(f'o_{name}')} AS VARCHAR) AS old_text, "
        f"CAST({identifier(f'n_{name}')} AS VARCHAR) AS new_text, own_unit AS unit FROM joined "
        f"WHERE kind = 'changed' AND {identifier(f'o_{name}')} IS DISTINCT FROM {identifier(f'n_{name}')}"
        for name in texts
    ]
    if not numeric:
        parts.append(
            f"SELECT {names}, {literal(EVERY)} AS column_name, kind, {nothing}, {no_text}, own_unit AS unit "
            "FROM joined WHERE kind <> 'changed'"
        )
    return f"WITH joined AS MATERIALIZED ({joined}) {' UNION ALL '.join(parts)} ORDER BY ALL"
