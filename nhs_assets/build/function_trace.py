"""What the source of the model says about a function: its purpose, and the names that it and all it calls hold."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nhs_assets.model

_NAME = re.compile(r"(?=.*_)_?[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
"""A name of the project of more than one word, or the part of one that the code completes."""


@dataclass(frozen=True)
class FunctionTrace:
    """A function of the model: what it is for, and the names held as text by it and all that it calls, sorted."""

    purpose: str
    constants: tuple[str, ...]


@lru_cache(maxsize=32)
def function_trace(function: str) -> FunctionTrace:
    """The trace of a function of ``nhs_assets.model``.

    Read from the syntax and by name alone, so it may include a function of the same name that is not called; it
    leaves none out.
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


@dataclass(frozen=True)
class _Definition:
    """One definition of the model: its purpose, the names it uses, and the names that it holds as text."""

    purpose: str
    uses: frozenset[str]
    constants: frozenset[str]


@lru_cache(maxsize=1)
def _index() -> dict[str, list[_Definition]]:
    """Definitions of the model by name; each function is walked once, since many tables share them."""
    found: dict[str, list[_Definition]] = {}
    for path in sorted(Path(nhs_assets.model.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        aliases = {
            alias.asname: alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname
        }
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
        uses=frozenset(aliases.get(name, name) for name in names),
        constants=frozenset(filter(_NAME.fullmatch, texts)),
    )


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
