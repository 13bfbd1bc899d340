"""What a published file says about its own figures, read once: lineage, formulas, seeds, checks, sources, cautions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

import duckdb

from nhs_assets.build import lookup

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
    """A published snapshot, open for reading; or its tables as of a day.

    Attributes:
        connection: to the tables.
        version: the version that is shown.
        published_at: day and time it was published, as its manifest says.
        published: to the snapshot, whose audit tables say how each table is worked out.
        as_of: what a reader must know of the day; empty for today.
    """

    connection: duckdb.DuckDBPyConnection
    version: str
    published_at: str
    published: duckdb.DuckDBPyConnection
    as_of: tuple[str, ...] = ()
    _answers: dict[tuple[str, str], list[Row]] = field(default_factory=dict, repr=False)

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of one SELECT, each by name of its columns; asked once, since a snapshot never changes."""
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

    def has(self, table: str) -> bool:
        """Whether the snapshot holds a table."""
        return table in self.columns

    @cached_property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Columns by table, in order."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self.rows(
            "SELECT schema_name || '.' || table_name AS table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY table_name, column_index"
        ):
            found[row["table_name"]] = (*found.get(row["table_name"], ()), row["column_name"])
        return found

    @cached_property
    def lineage(self) -> dict[Source, tuple[Source, ...]]:
        """Columns one step back, by table and column."""
        found: dict[Source, tuple[Source, ...]] = {}
        for row in self._rows(
            self.published, "SELECT table_name, column_name, from_table, from_column FROM audit.lineage ORDER BY ALL"
        ):
            column = row["table_name"], row["column_name"]
            found[column] = (*found.get(column, ()), (row["from_table"], row["from_column"]))
        return found

    @cached_property
    def only_where(self) -> dict[tuple[Source, Source], tuple[tuple[str, str], ...]]:
        """For a column and one it comes from: the (column, value) pairs of the rows that it is behind."""
        return {
            ((row["table_name"], row["column_name"]), (row["from_table"], row["from_column"])): tuple(
                tuple(condition.split(" = ", 1)) for condition in row["only_where"].split(" or ")
            )
            for row in self._rows(self.published, "SELECT * FROM audit.lineage WHERE only_where IS NOT NULL")
        }

    def sources_of(self, column: Source, known: Mapping[str, Iterable[object]]) -> tuple[Source, ...]:
        """Columns one step back, without those that are behind other rows only.

        Args:
            column: a table and a column of it.
            known: values, by column, that the rows in question hold.
        """

        def is_behind(source: Source) -> bool:
            conditions = self.only_where.get((column, source), ())
            told = [(name, value) for name, value in conditions if name in known]
            return len(told) < len(conditions) or not conditions or any(value in known[name] for name, value in told)

        return tuple(filter(is_behind, self.lineage.get(column, ())))

    @cached_property
    def formulas(self) -> dict[Source, Formula]:
        """Formula by table and column; none where a column stands as its seed has it."""
        return {
            (row["table_name"], row["column_name"]): Formula(
                row["kind"], row["expression"], row["file"], _listed(row["parameters"])
            )
            for row in self._rows(self.published, "SELECT * FROM audit.formula")
        }

    @cached_property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Parameters that the code of each table names."""
        return {table: formula.parameters for (table, _), formula in self.formulas.items()}

    @cached_property
    def seeds(self) -> dict[str, tuple[Row, ...]]:
        """Seed files by the raw table they land in."""
        found: dict[str, tuple[Row, ...]] = {}
        for row in self._rows(self.published, "SELECT * FROM audit.seed_file ORDER BY file"):
            found[row["raw_table"]] = (*found.get(row["raw_table"], ()), row)
        return found

    @cached_property
    def inputs(self) -> dict[str, tuple[str, ...]]:
        """Tables and seed files that each table was made from, as wholes."""
        return {
            row["table_name"]: _listed(row["inputs"])
            for row in self._rows(self.published, "SELECT table_name, inputs FROM audit.published_table")
        }

    def seeds_of_table(self, table: str) -> set[str]:
        """Names of the seed files that a table as a whole goes back to."""
        found: set[str] = set()
        wanted = [table]
        while wanted:
            for name in self.inputs.get(wanted.pop(), ()):
                if name not in found:
                    found.add(name)
                    wanted.append(name)
        return {name for name in found if name.startswith("seeds/")}

    @cached_property
    def weakest_confidence(self) -> dict[str, str | None]:
        """The weakest class behind each table."""
        return {
            row["table_name"]: row["weakest_confidence"]
            for row in self._rows(self.published, "SELECT * FROM audit.published_table")
        }

    @cached_property
    def vintages(self) -> list[str]:
        """Vintages in the order in which they became known."""
        return [row["vintage_id"] for row in self.rows("SELECT vintage_id FROM evidence.vintage ORDER BY sequence")]

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Documents by identifier."""
        return {row["source_id"]: row for row in self.rows("SELECT * FROM evidence.source")}

    def checks(self, table: str) -> list[Row]:
        """Checks that guard a table and whether they hold."""
        if self.as_of:  # nothing checks the tables of a past day
            return []
        return self._rows(
            self.published,
            "SELECT check_name, title, severity, passed FROM audit.check_result WHERE table_name = $table "
            "ORDER BY check_name",
            {"table": table},
        )

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
        """Contradictions that any of these claims is part of; none where the snapshot holds no such table."""
        return self._naming("evidence.contradiction", "claim", claims)

    def resolutions(self, claim_id: str) -> list[Row]:
        """What became of a claim at each vintage, earliest first; none where the snapshot holds no such table."""
        found = self._naming("evidence.resolution_claim", "claim", [claim_id])
        return sorted(found, key=lambda row: self.vintages.index(row["vintage_id"]))

    def _naming(self, table: str, word: str, values: list[str]) -> list[Row]:
        columns = [column for column in self.columns.get(table, ()) if word in column]
        if not columns or not values:
            return []
        return self.rows(*lookup.naming(table, columns, values))


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
