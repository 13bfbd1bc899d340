"""What a SELECT says about itself: the tables it reads, and the columns each of its columns comes from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"


@dataclass(frozen=True)
class Select:
    """One SQL file: a SELECT, with what its header comments say."""

    path: Path
    text: str

    @classmethod
    def from_file(cls, path: Path) -> "Select":
        """Reads the file as UTF-8."""
        return cls(path, path.read_text(encoding="utf-8"))

    @property
    def version(self) -> str:
        """Hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def header(self) -> Mapping[str, str]:
        """``-- key: value`` lines at the top of the file."""
        found = {}
        for line in self.text.splitlines():
            if not line.startswith("-- "):
                break
            key, _, value = line.removeprefix("-- ").partition(": ")
            found[key] = value.strip()
        return found

    @cached_property
    def tree(self) -> exp.Query:
        """The parsed SELECT.

        Raises:
            ValueError: if the file is not exactly one SELECT.
        """
        statements = sqlglot.parse(self.text, dialect=DIALECT)
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            raise ValueError(f"{self.path} must hold exactly one SELECT")
        return statements[0]

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Tables it reads, as ``schema.table``, sorted."""
        return tuple(sorted({f"{table.db}.{table.name}" for table in self.tree.find_all(exp.Table) if table.db}))

    def lineage(self, columns: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
        """For each result column, the (table, column) pairs it is worked out from.

        Args:
            columns: DuckDB type by column by table, for the tables it reads.
        """
        # Imported here: the optimiser costs a tenth of a second that only a materialisation needs to pay.
        from sqlglot.lineage import lineage
        from sqlglot.optimizer.qualify import qualify
        from sqlglot.optimizer.scope import build_scope

        schema: dict[str, dict[str, Mapping[str, str]]] = {}
        for name, types in columns.items():
            database, table = name.split(".")
            schema.setdefault(database, {})[table] = types
        qualified = qualify(self.tree.copy(), schema=schema, dialect=DIALECT)
        scope = build_scope(qualified)
        found = {}
        for projection in qualified.selects:
            name = projection.alias_or_name
            leaves = {
                (f"{node.source.db}.{node.source.name}", node.name.rpartition(".")[2].strip('"'))
                for node in lineage(name, qualified, schema=schema, dialect=DIALECT, scope=scope).walk()
                if isinstance(node.source, exp.Table) and node.source.db
            }
            found[name] = tuple(sorted(leaves))
        return found
