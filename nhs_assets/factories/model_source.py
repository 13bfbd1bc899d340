"""What the text of the model says about a function: its purpose, and the names that it and all it calls hold."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nhs_assets.model

_NAME = re.compile(r"(?=.*_)_?[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
"""A name of ours of more than one word, or the part of one that the code completes."""

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Behind:
    """A function of the model with all that it calls: what it is for, and the names held as text, sorted."""

    purpose: str
    constants: tuple[str, ...]


@lru_cache(maxsize=32)
def behind(function: str) -> Behind:
    """What stands behind a function of ``nhs_assets.model``.

    Read from the syntax and by name alone, so it may take in a function of the same name that is not called; it
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
        for node, aliases in index.get(name, ()):
            wanted += [aliases.get(used, used) for used in _names_used(node)]
            constants |= set(filter(_NAME.fullmatch, _texts(node)))
    purposes = [ast.get_docstring(node) or "" for node, _ in index[function] if isinstance(node, ast.FunctionDef)]
    # The shell around a function of the same name says only which table it makes; the function itself says more.
    purpose = max(purposes, key=len).split("\n\n")[0]
    return Behind(" ".join(purpose.split()), tuple(sorted(constants)))


@lru_cache(maxsize=1)
def _index() -> dict[str, list[tuple[Definition, dict[str, str]]]]:
    """Definitions of the model by name, each with the other names its module imports things under."""
    found: dict[str, list[tuple[Definition, dict[str, str]]]] = {}
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
                found.setdefault(name, []).append((node, aliases))
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _names_used(node: Definition) -> Iterator[str]:
    given = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id not in given:
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr


def _texts(node: Definition) -> Iterator[str]:
    return (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str))
