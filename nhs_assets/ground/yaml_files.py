"""Strict YAML: plain values that mean what they look like.

YAML 1.1 reads ``010`` as eight, ``1:30`` as ninety and ``no`` as false; here they stay text. Duplicate keys, aliases
and tags are refused: with each, a file could mean something else than a reader sees.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

# The pure Python parser takes thirty times as long, which slows a refresh with two dozen such files.
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LONGEST = 1_000_000
"""Most characters of a YAML file; the project's own have up to fifteen thousand."""

DEEPEST = 20
"""Most nested levels of lists and mappings; the project's own files have four."""

_PLAIN = {
    "bool": (r"true|false", "tf"),
    "int": (r"-?(0|[1-9][0-9]{0,17})", "-0123456789"),
    "float": (r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}", "-0123456789"),
    "null": (r"null|~|", ["n", "~", ""]),
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
}
"""What a plain scalar may mean other than text, with the characters it may begin with."""


class _Loader(_BASE):
    """The safe loader with fewer meanings."""

    yaml_implicit_resolvers: dict = {}  # noqa: RUF012 - PyYAML's own name and shape

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        repeated = [key for key, count in Counter(keys).items() if count > 1]
        if repeated:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {repeated[0][:60]!r} appears twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


for _kind, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})\Z"), list(_first))


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises:
        yaml.YAMLError: if it is not YAML, or is ambiguous.
        UnicodeDecodeError: if it is not UTF-8.
    """
    text = path.read_text(encoding="utf-8")
    if len(text) > LONGEST:
        raise yaml.YAMLError(f"has more than {LONGEST:,} characters")
    try:
        for problem, mark in _ambiguous(text):
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        return yaml.load(text, Loader=_Loader)
    except (ValueError, RecursionError) as error:  # only the calendar rejects a day such as 2025-02-30
        raise yaml.YAMLError(str(error)) from error


def cell_text(cell: object) -> str | None:
    """A value of a YAML file as the text of a cell, with days in ISO format; None is an empty cell."""
    if cell is None:
        return None
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def is_plain(cell: object) -> bool:
    """Whether a value can be the text of a cell: not a list, a mapping, true or false."""
    return cell is None or (isinstance(cell, str | int | float | date) and not isinstance(cell, bool))


def _ambiguous(text: str) -> Iterator[tuple[str, yaml.Mark]]:
    """What is refused before anything is constructed, since aliases can turn a few lines into gigabytes."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            yield "aliases are not allowed: write the value in full", event.start_mark
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
            yield "tags are not allowed: write the plain value", event.start_mark
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            yield f"more than {DEEPEST} nested levels", event.start_mark
