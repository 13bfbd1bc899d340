"""Reads the text of a SELECT: the tables that it reads, and the columns that each of its columns comes from."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from sqlglot.lineage import Node

DIALECT = "duckdb"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_MENTION = re.compile(
    r"""--[^\n]*  # a comment, which mentions nothing
    | '(?P<text>(?:[^']|'')*)'
    | \b(?:FROM|JOIN)\s+(?P<table>[a-z]\w*\.[a-z]\w*)""",
    re.VERBOSE | re.IGNORECASE,
)


WHOLE_TABLE = "*"
"""In place of a column, where a function of the model reads a table as a whole."""


@dataclass(frozen=True)
class Derivation:
    """Where a column comes from, and how.

    Attributes:
        sources: the (table, column) pairs one step back.
        formula: the SQL expression, or which function of the model.
        only_where: for a source of some rows only, which: ``reading_id = modelled``, several with ``or``.
    """

    sources: tuple[tuple[str, str], ...]
    formula: str
    only_where: Mapping[tuple[str, str], str] = field(default_factory=dict)


Lineage = Mapping[str, Derivation]
"""The derivation of each column."""


@dataclass(frozen=True)
class Select:
    """One SQL file: a SELECT with a header of comments."""

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

        Found by pattern, since every file is read whenever the code location loads and parsing them all takes many
        times as long. A test compares the parsed trees.
        """
        return self._mentioned("table")

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """Names in quotes, such as parameters and budget lines, sorted; found by pattern too."""
        return tuple(filter(_NAME.fullmatch, self._mentioned("text")))

    def _mentioned(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted({found for mention in _MENTION.finditer(self.text) if (found := mention[kind])}))

    def qualified(self, columns: Mapping[str, Mapping[str, str]]) -> exp.Query:
        """The parsed SELECT with every column qualified and each ``t.*`` expanded, given types by column by table."""
        from sqlglot.optimizer.qualify import qualify

        return qualify(self.tree.copy(), schema=_nested(columns), dialect=DIALECT)

    def lineage(self, columns: Mapping[str, Mapping[str, str]]) -> Lineage:
        """The derivation of each result column; ``columns`` as for :meth:`qualified`."""
        # Imported here: only a materialisation needs the optimiser, which takes a tenth of a second to import.
        from sqlglot.lineage import lineage
        from sqlglot.optimizer.scope import build_scope

        qualified = self.qualified(columns)
        # All columns at once, without trimming or copying, which would clone the whole tree for each column.
        trees = lineage(
            None,
            qualified,
            schema=_nested(columns),
            dialect=DIALECT,
            scope=build_scope(qualified),
            trim_selects=False,
            copy=False,
        )
        branches = _branches(trees)
        return {name: _derivation(tree, branches) for name, tree in trees.items()}


def _nested(columns: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Mapping[str, str]]]:
    """The same by schema and table, as sqlglot takes it."""
    schema: dict[str, dict[str, Mapping[str, str]]] = {}
    for name, types in columns.items():
        database, table = name.split(".")
        schema.setdefault(database, {})[table] = types
    return schema


def _branches(trees: Mapping[str, "Node"]) -> dict[int, str]:
    """The branches of a UNION whose rows a column with a constant text identifies, by id, with that condition."""
    found: dict[int, str] = {}
    for column, tree in trees.items():
        wanted = [tree]
        while wanted:
            node = wanted.pop()
            if not isinstance(node.source, exp.SetOperation) and not isinstance(node.expression.unalias(), exp.Column):
                continue  # the text is not passed on unchanged
            for part in node.downstream:
                value = part.expression.unalias()
                # In a UNION within the SELECT, sqlglot names the branches by the position of the column.
                is_branch = isinstance(node.source, exp.SetOperation) or part.name.isdigit()
                if is_branch and isinstance(value, exp.Literal) and value.is_string:
                    found.setdefault(id(part.source), f"{column} = {value.name}")
                wanted.append(part)
    return found


def _derivation(tree: "Node", branches: Mapping[int, str]) -> Derivation:
    conditions: dict[tuple[str, str], set[str]] = {}

    def walk(node: "Node", condition: str) -> None:
        if isinstance(node.source, exp.Table) and node.source.db:
            source = f"{node.source.db}.{node.source.name}", node.name.rpartition(".")[2].strip('"')
            conditions.setdefault(source, set()).add(condition)
        for part in node.downstream:
            walk(part, condition or branches.get(id(part.source), ""))

    walk(tree, "")
    # The expression of the column, then a line for each part of the SELECT that it goes through.
    formula = "\n".join(dict.fromkeys([_expression(tree), *_steps(tree)]))
    only_where = {source: " or ".join(sorted(found)) for source, found in conditions.items() if "" not in found}
    return Derivation(tuple(sorted(conditions)), formula, only_where)


def _steps(node: "Node") -> Iterator[str]:
    # Sorted, since the order of the tree differs between processes.
    steps = [
        (f"{part.reference_node_name}.{part.expression.alias_or_name} = {_expression(part)}", part)
        for part in node.downstream
        if isinstance(part.source, exp.Select)
    ]
    for line, part in sorted(steps, key=lambda step: step[0]):
        yield line
        yield from _steps(part)
    for union in node.downstream:
        if isinstance(union.source, exp.SetOperation):
            yield from _steps(union)


def _expression(node: "Node") -> str:
    """The expression without its alias, and with names of tables and parts of the SELECT in place of their aliases."""
    names = {
        table.alias_or_name: f"{table.db}.{table.name}" if table.db else table.name
        for clause in (node.source.args.get("from_"), *node.source.args.get("joins", ()))
        if clause is not None and isinstance(table := clause.this, exp.Table)
    }
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    expression = node.expression.unalias().copy()
    for column in list(expression.find_all(exp.Column)):
        name = names.get(column.table) or column.table
        # Two aliases of one table are different rows of it: "deflator(base)" is the row of the base year.
        text = f"{name}({column.table}).{column.name}" if name in shared else f"{name}.{column.name}".lstrip(".")
        replacement = exp.Var(this=text)
        if column is expression:
            expression = replacement
        else:
            column.replace(replacement)
    return expression.sql(dialect=DIALECT, identify=False)
