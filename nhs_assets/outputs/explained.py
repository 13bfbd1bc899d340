"""What a published version says about its own figures: lineage, formulas, seeds, checks, sources, cautions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import duckdb

from nhs_assets.build import lookup
from nhs_assets.outputs.query import Past
from nhs_assets.store.snapshot import MANIFEST, database_path, open_published, open_snapshot

Row = dict[str, object]
Source = tuple[str, str]
"""A table and a column of it; the column may be a star."""


@dataclass(frozen=True)
class Formula:
    """How a column is worked out: by a SELECT or the model, in which file, and with which parameters."""

    kind: str
    expression: str
    file: str
    parameters: tuple[str, ...]


@dataclass
class Explained:
    """A published version that is open for reading, or its tables as of a day.

    Attributes:
        connection: to the tables.
        published: to the version, whose audit tables say how each table is worked out.
        as_of: what a reader must know of the day; empty for today.
    """

    connection: duckdb.DuckDBPyConnection
    version: str
    published_at: str
    published: duckdb.DuckDBPyConnection
    as_of: tuple[str, ...] = ()
    _answers: dict[tuple[str, str], list[Row]] = field(default_factory=dict, repr=False)

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of one SELECT, each by name of its columns; asked once, since a version never changes."""
        return self._rows(self.connection, sql, values)

    def _rows(
        self, connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None
    ) -> list[Row]:
        asked = sql, repr(values)
        if asked not in self._answers:
            executed = connection.execute(sql, values)
            names = [column[0] for column in executed.description]
            self._answers[asked] = [dict(zip(names, row, strict=True)) for row in executed.fetchall()]
        return self._answers[asked]

    def _audit(self, table: str) -> list[Row]:
        return self._rows(self.published, lookup.whole(f"audit.{table}"))

    @cached_property
    def columns(self) -> dict[str, list[str]]:
        """Columns by table, in order."""
        found: dict[str, list[str]] = {}
        for row in self.rows(
            "SELECT schema_name || '.' || table_name AS table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY table_name, column_index"
        ):
            found.setdefault(row["table_name"], []).append(row["column_name"])
        return found

    @cached_property
    def lineage(self) -> dict[Source, list[Source]]:
        """Columns one step back, by table and column."""
        found: dict[Source, list[Source]] = {}
        for row in self._audit("lineage"):
            sources = found.setdefault((row["table_name"], row["column_name"]), [])
            sources.append((row["from_table"], row["from_column"]))
        return found

    @cached_property
    def only_where(self) -> dict[tuple[Source, Source], list[list[str]]]:
        """For a column and one it comes from: the [column, value] pairs of the rows that it is behind."""
        return {
            ((row["table_name"], row["column_name"]), (row["from_table"], row["from_column"])): [
                condition.split(" = ", 1) for condition in row["only_where"].split(" or ")
            ]
            for row in self._audit("lineage")
            if row["only_where"] is not None
        }

    def sources_of(self, column: Source, known: Mapping[str, Iterable[object]]) -> tuple[Source, ...]:
        """Columns one step back that are behind rows with these values by column."""

        def is_behind(source: Source) -> bool:
            conditions = self.only_where.get((column, source), ())
            stated = [(name, value) for name, value in conditions if name in known]
            return (
                len(stated) < len(conditions) or not conditions or any(value in known[name] for name, value in stated)
            )

        return tuple(filter(is_behind, self.lineage.get(column, ())))

    @cached_property
    def formulas(self) -> dict[Source, Formula]:
        """Formula by table and column; none for a column that is read from a seed unchanged."""
        return {
            (row["table_name"], row["column_name"]): Formula(
                row["kind"], row["expression"], row["file"], tuple(_listed(row["parameters"]))
            )
            for row in self._audit("formula")
        }

    @cached_property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Parameters that the code of each table names."""
        return {table: formula.parameters for (table, _), formula in self.formulas.items()}

    @cached_property
    def seeds(self) -> list[Row]:
        """The seed files, by name."""
        return self._audit("seed_file")

    @cached_property
    def _published_tables(self) -> dict[str, Row]:
        return {row["table_name"]: row for row in self._audit("published_table")}

    def weakest_confidence(self, table: str) -> str | None:
        """The weakest class behind a table."""
        return self._published_tables.get(table, {}).get("weakest_confidence")

    def seeds_of_table(self, table: str) -> list[Row]:
        """The seed files behind a table."""
        found: set[str] = set()
        waiting = [table]
        while waiting:
            inputs = _listed(self._published_tables.get(waiting.pop(), {}).get("inputs"))
            waiting += set(inputs) - found
            found |= set(inputs)
        return [seed for seed in self.seeds if seed["file"] in found]

    @cached_property
    def vintages(self) -> list[str]:
        """Vintages in the order in which they became known."""
        return [row["vintage_id"] for row in self.rows("SELECT vintage_id FROM evidence.vintage ORDER BY sequence")]

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Documents by identifier."""
        return {row["source_id"]: row for row in self.rows("SELECT * FROM evidence.source")}

    def checks(self, table: str) -> list[Row]:
        """Checks on a table and whether they pass; none on the tables of a past day."""
        if self.as_of:
            return []
        columns = ("check_name", "title", "severity", "passed")
        found = lookup.fitting("audit.check_result", {"table_name": [table]}, columns, order=["check_name"])
        return self._rows(self.published, *found)

    def cautions(self, table: str, column: str, measures: set[str]) -> list[str]:
        """What figures of a column or about a measure do not support."""
        return [
            row["statement"]
            for row in self.rows("SELECT * FROM evidence.caution ORDER BY caution_id")
            if (row["table_pattern"] is None or fnmatchcase(table, row["table_pattern"]))
            and (row["column_pattern"] is None or fnmatchcase(column, row["column_pattern"]))
            and (row["measure_id"] is None or row["measure_id"] in measures)
        ]

    def contradictions(self, claims: list[str]) -> list[Row]:
        """Contradictions that any of these claims is part of; none if the version has no such table."""
        return self._naming("evidence.contradiction", claims)

    def resolutions(self, claim_id: str) -> list[Row]:
        """How a claim was resolved at each vintage, earliest first; none if the version has no such table."""
        found = self._naming("evidence.resolution_claim", [claim_id])
        return sorted(found, key=lambda row: self.vintages.index(row["vintage_id"]))

    def _naming(self, table: str, claims: list[str]) -> list[Row]:
        columns = [column for column in self.columns.get(table, ()) if "claim" in column]
        return self.rows(*lookup.naming(table, columns, claims)) if columns and claims else []


@contextmanager
def explained_snapshot(data_dir: Path, past: Past | None = None) -> Iterator[Explained]:
    """What the current version says about its own figures, or about those as of a day."""
    manifest = json.loads((database_path(data_dir).parent / MANIFEST).read_text(encoding="utf-8"))
    version, published_at = manifest["version"], manifest["published_at"]
    with open_snapshot(data_dir) as published:
        if past is None:
            yield Explained(published, version, published_at, published)
            return
        with open_published(past.database) as connection:
            yield Explained(connection, version, published_at, published, past.notes)


def _listed(text: str | None) -> list[str]:
    return text.split(", ") if text else []
