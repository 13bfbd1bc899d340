"""What a word may mean among tables, columns and questions."""

import difflib
from collections.abc import Iterable

from nhs_assets.contracts.registry import contracts
from nhs_assets.outputs.questions import find_questions

LIKE = 0.6
"""How alike two words must be, from 0 to 1, where neither holds the other."""

Named = tuple[str, str]
"""What is searched, and the line that leads to it."""


def suggestions(word: str) -> str:
    """The nearest table, column and question as lines that can be typed; empty if nothing is near."""
    wanted = "_".join(word.lower().split())
    tables = ((name.partition(".")[2], f"nhs-assets describe {name}") for name in contracts())
    columns = (
        (column.name, f"nhs-assets describe {name}, for its column {column.name}")
        for name, described in contracts().items()
        if described.schema not in ("raw", "audit")
        for column in described.columns
    )
    questions = (
        (f"{asked.name} {asked.question}".lower(), f"nhs-assets question {asked.number}: {asked.question}")
        for asked in find_questions()
    )
    lines = [line for named in (tables, columns, questions) if wanted and (line := _nearest(wanted, named))]
    return "".join(f"\n  {line}" for line in lines)


def _nearest(wanted: str, named: Iterable[Named]) -> str | None:
    """The line of the name that is nearest; the shortest of those that hold the word."""
    ranked = [(_distance(wanted, name), len(name), name, line) for name, line in named]
    distance, _, _, line = min(ranked)
    return line if distance <= 1 - LIKE else None


def _distance(wanted: str, name: str) -> float:
    if wanted == name:
        return -1.0
    if wanted in name or wanted.replace("_", " ") in name:
        return 0.0
    return 1 - difflib.SequenceMatcher(None, wanted, name).ratio()
