"""Tables made by a function of the model: frames in, one frame out."""

import ast
import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

import nhs_assets.model
from nhs_assets.build.recipe import Recipe, Tables, digest
from nhs_assets.build.select import WHOLE_TABLE, Derivation, Lineage
from nhs_assets.contracts.registry import SCHEMAS, Contract, contract, contracts
from nhs_assets.settings import Settings

MODULES = sorted(Path(nhs_assets.model.__file__).parent.glob("*.py"))

_NAME = re.compile(r"(?=.*_)_?[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
"""A name of the project of more than one word, or the part of one that the code completes."""


def model_recipe(table: str, compute: Callable[..., pl.DataFrame]) -> Recipe:
    """How a function makes a table.

    An argument annotated as a frame is named after the table it takes. One annotated as a class is made from the
    tables that the class's own arguments name. Arguments with a default keep it.
    """
    described = contract(table)
    reads = tuple(sorted(set(_tables_read(compute))))

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        _call(compute, workspace).write_parquet(target)

    return Recipe(
        contract=described,
        reads=reads,
        make=make,
        code_version=digest(model_version(), compute.__name__, described.version),
        kinds={"polars", "python"},
        source=Path(inspect.getsourcefile(compute) or "").resolve(),
        lineage=lambda _: _lineage(described, compute, reads),
        constants=lambda: function_trace(compute.__name__).constants,
    )


@cache
def model_version() -> str:
    """A checksum of every module of the model, any of which may be used for a table."""
    return digest(*MODULES)


def _inputs(function: Callable) -> dict[str, str | type]:
    """By argument, the table it takes or the class it is made of."""
    arguments = inspect.signature(function).parameters.values()
    return {
        argument.name: _table_named(argument.name) if argument.annotation is pl.DataFrame else argument.annotation
        for argument in arguments
        if argument.default is argument.empty
    }


def _tables_read(function: Callable) -> list[str]:
    return [
        table
        for taken in _inputs(function).values()
        for table in ([taken] if isinstance(taken, str) else _tables_read(taken))
    ]


def _call(function: Callable, tables: Tables) -> object:
    inputs = _inputs(function).items()
    return function(
        **{name: tables.read(taken) if isinstance(taken, str) else _call(taken, tables) for name, taken in inputs}
    )


def _table_named(name: str) -> str:
    """The table of that name; the product's where a seed has the same name."""
    named = [described for described in contracts().values() if described.table == name]
    if not named:
        raise KeyError(f"no table is called {name}")
    return max(named, key=lambda described: SCHEMAS.index(described.schema)).name


def _lineage(described: Contract, compute: Callable[..., pl.DataFrame], reads: tuple[str, ...]) -> Lineage:
    """Every column from every table, as a whole: arithmetic on frames does not show which column made which."""
    sources = tuple((table, WHOLE_TABLE) for table in reads)
    purpose = function_trace(compute.__name__).purpose.removeprefix(f"``{described.name}``: ")
    formula = f"Function {compute.__name__} of the model: {purpose}"
    return {column: Derivation(sources, formula) for column in described.column_names}


class FunctionTrace(NamedTuple):
    """The purpose of a function of the model, and the names that it and all it calls contain as text, sorted."""

    purpose: str
    constants: tuple[str, ...]


@cache
def function_trace(function: str) -> FunctionTrace:
    """The trace of a function of ``nhs_assets.model``.

    Functions are found by name alone, so it may include one of the same name that is not called; it omits none.
    """
    index = _index()
    wanted, seen = [function], set()
    constants: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        for definition in index.get(name, ()):
            wanted += definition.uses
            constants |= definition.constants
    purpose = index[function][0].purpose.split("\n\n")[0]
    return FunctionTrace(" ".join(purpose.split()), tuple(sorted(constants)))


class _Definition(NamedTuple):
    purpose: str
    uses: set[str]
    constants: set[str]


@cache
def _index() -> dict[str, list[_Definition]]:
    """Definitions of the model by name."""
    found: dict[str, list[_Definition]] = {}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
        aliases = {alias.asname: alias.name for alias in imports if alias.asname}
        for node in tree.body:
            for name in _defined(node):
                found.setdefault(name, []).append(_definition(node, aliases))
    return found


def _definition(node: ast.stmt, aliases: Mapping[str, str]) -> _Definition:
    inner = list(ast.walk(node))
    own = {part.arg for part in inner if isinstance(part, ast.arg)}
    own |= {part.id for part in inner if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    # The model imports functions, never modules, so every use of one is a plain name.
    names = {part.id for part in inner if isinstance(part, ast.Name)} - own
    texts = {part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return _Definition(
        purpose=(ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef) else "",
        uses={aliases.get(name, name) for name in names},
        constants=set(filter(_NAME.fullmatch, texts)),
    )


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
