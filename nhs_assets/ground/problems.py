"""What is wrong with an input, said so that the person who can mend it knows where to look and what to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

SHOWN = 20
LONGEST_SHOWN = 400
"""Characters of one part of a problem that are shown: a refused file may hold a cell of a million."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of one file."""

    file: str
    rule: str
    remedy: str
    row: int | str | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"line {self.row}" if isinstance(self.row, int) else self.row)
        if self.column is not None:
            where.append(f"column {self.column}")
        found = "" if self.value is None else f" (found {_cut(self.value)!r})"
        return _plain(f"{', '.join(map(_cut, where))}: {_cut(self.rule)}{found}. {self.remedy}")


def _plain(text: str) -> str:
    """Text as a terminal may show it: names and cells of a refused file may hold codes that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class BadInput(Exception):  # noqa: N818 - the name is what the reader of a log should see
    """An input was refused. Permanent: trying again changes nothing, and what was published stays."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [f"  - {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            shown.append(f"  - and {len(self.problems) - SHOWN} more")
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count > 1 else ''} in the input:\n" + "\n".join(shown))


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Adds the problems of an input that the block refuses to a list, so that the next one is read too."""
    try:
        yield
    except BadInput as refused:
        problems += refused.problems
