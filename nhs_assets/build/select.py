"""What a SELECT says about itself: the tables it reads, and the columns each of its columns comes from."""

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


@dataclass(frozen=True)
class Derivation:
    """Where a column comes from, and how.

    Attributes:
        sources: the (table, column) pairs one step back.
        formula: the expression, in words of SQL.
        only_where: for a source that is behind some rows alone, which: ``reading_id = modelled``, several with ``or``.
    """

    sources: tuple[tuple[str, str], ...]
    formula: str
    only_where: Mapping[tuple[str, str], str] = field(default_factory=dict)


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

        Found by pattern: every file is looked at each time the code location loads, and parsing them all takes many
        times as long. A test holds that the parsed tree names the same tables.
        """
        return self._mentioned("table")

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """Names of ours that the SELECT holds as text, such as parameters and budget lines, sorted.

        By pattern, as the tables are: no parsing.
        """
        return tuple(filter(_NAME.fullmatch, self._mentioned("text")))

    def _mentioned(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted({found for mention in _MENTION.finditer(self.text) if (found := mention[kind])}))

    def qualified(self, columns: Mapping[str, Mapping[str, str]]) -> exp.Query:
        """The parsed SELECT with every column under its table's alias, and each ``t.*`` written out as columns.

        Args:
            columns: DuckDB type by column by table, for the tables it reads.
        """
        from sqlglot.optimizer.qualify import qualify

        return qualify(self.tree.copy(), schema=_nested(columns), dialect=DIALECT)

    def lineage(self, columns: Mapping[str, Mapping[str, str]]) -> dict[str, "Derivation"]:
        """For each result column, the (table, column) pairs it is worked out from, and how.

        Args:
            columns: DuckDB type by column by table, for the tables it reads.
        """
        # Imported here: the optimiser costs a tenth of a second that only a materialisation needs to pay.
        from sqlglot.lineage import lineage
        from sqlglot.optimizer.scope import build_scope

        qualified = self.qualified(columns)
        schema = _nested(columns)
        scope = build_scope(qualified)
        # All columns at once, without trimming or copying: those clone the whole tree for each, for the same answer.
        trees = lineage(None, qualified, schema=schema, dialect=DIALECT, scope=scope, trim_selects=False, copy=False)
        branches = _told_apart(trees)
        return {
            name: Derivation(_leaves(tree), _formula(tree), _conditions(tree, branches)) for name, tree in trees.items()
        }


def _nested(columns: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Mapping[str, str]]]:
    """The same by schema and table, as sqlglot takes it."""
    schema: dict[str, dict[str, Mapping[str, str]]] = {}
    for name, types in columns.items():
        database, table = name.split(".")
        schema.setdefault(database, {})[table] = types
    return schema


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


def _told_apart(trees: Mapping[str, "Node"]) -> dict[int, str]:
    """Branches of a UNION in which a column holds a text of ours: the rows they give can be told by it."""
    told: dict[int, str] = {}
    for column, tree in trees.items():
        wanted = [tree]
        while wanted:
            node = wanted.pop()
            if not isinstance(node.source, exp.SetOperation) and not isinstance(node.expression.unalias(), exp.Column):
                continue  # Only as long as the text is handed on as it is.
            for part in node.downstream:
                value = part.expression.unalias()
                if _is_branch(node, part) and isinstance(value, exp.Literal) and value.is_string:
                    told.setdefault(id(part.source), f"{column} = {value.name}")
                wanted.append(part)
    return told


def _is_branch(node: "Node", part: "Node") -> bool:
    # Of a UNION in a part of the SELECT the branches are named by the place of the column.
    return isinstance(node.source, exp.SetOperation) or part.name.isdigit()


def _conditions(tree: "Node", branches: Mapping[int, str]) -> dict[tuple[str, str], str]:
    """For each source that every way to leads through such a branch: the rows it is behind."""
    found: dict[tuple[str, str], set[str]] = {}

    def walk(node: "Node", condition: str) -> None:
        if isinstance(node.source, exp.Table) and node.source.db:
            pair = f"{node.source.db}.{node.source.name}", node.name.rpartition(".")[2].strip('"')
            found.setdefault(pair, set()).add(condition)
        for part in node.downstream:
            walk(part, condition or branches.get(id(part.source), ""))

    walk(tree, "")
    return {pair: " or ".join(sorted(conditions)) for pair, conditions in found.items() if "" not in conditions}


def _formula(tree: "Node") -> str:
    """The expression of a column, then a line for each part of the SELECT that it goes through."""
    return "\n".join(dict.fromkeys([_expression(tree), *_steps(tree)]))


def _steps(node: "Node") -> Iterator[str]:
    # In an order of our own: that of the tree changes from process to process.
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
    """What stands before AS, with the tables and parts of the SELECT by their names in place of their aliases."""
    names = {
        table.alias_or_name: f"{table.db}.{table.name}" if table.db else table.name
        for clause in (node.source.args.get("from_"), *node.source.args.get("joins", ()))
        if clause is not None and isinstance(table := clause.this, exp.Table)
    }
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    expression = node.expression.unalias().copy()
    for column in list(expression.find_all(exp.Column)):
        name = names.get(column.table) or column.table
        # Two aliases of one table stand for different rows of it: "deflator (base)" is the row of the base year.
        shown = f"{name}({column.table}).{column.name}" if name in shared else f"{name}.{column.name}".lstrip(".")
        replacement = exp.Var(this=shown)
        if column is expression:
            expression = replacement
        else:
            column.replace(replacement)
    return expression.sql(dialect=DIALECT, identify=False)
