"""What a SELECT says about itself: the tables it reads, and the columns each of its columns comes from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import TokenType, exp

if TYPE_CHECKING:
    from sqlglot.lineage import Node

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
        """Tables it reads, as ``schema.table``, sorted.

        Read from the tokens: every file is looked at each time the code location loads, and parsing them all takes
        four times as long. A test holds that the parsed tree names the same tables.
        """
        tokens = sqlglot.tokenize(self.text, read=DIALECT)
        places = zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
        return tuple(
            sorted(
                {
                    f"{schema.text}.{table.text}"
                    for before, schema, dot, table in places
                    if before.token_type in (TokenType.FROM, TokenType.JOIN) and dot.token_type is TokenType.DOT
                }
            )
        )

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
        # All columns at once, without trimming or copying: those clone the whole tree for each, for the same answer.
        trees = lineage(None, qualified, schema=schema, dialect=DIALECT, scope=scope, trim_selects=False, copy=False)
        return {name: _leaves(tree) for name, tree in trees.items()}


def _leaves(tree: "Node") -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            {
                (f"{node.source.db}.{node.source.name}", node.name.rpartition(".")[2].strip('"'))
                for node in tree.walk()
                if isinstance(node.source, exp.Table) and node.source.db
            }
        )
    )
