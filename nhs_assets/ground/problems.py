"""Problems of an input: place, rule and remedy, for the person who can correct it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

SHOWN = 20
LONGEST_SHOWN = 400
"""Most characters of a part of a problem in a message: a refused file may have a cell of a million."""


@dataclass(frozen=True)
class Problem:
    """One problem in one place of one file."""

    file: str
    rule: str
    remedy: str
    row: int | str | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None
    """The sheet of a workbook, whose row and column letter are then those of a cell."""

    def __str__(self) -> str:
        where = [self.file]
        if self.sheet is not None:
            where += [f"sheet {self.sheet}", f"cell {self.column}{self.row}"]
        elif self.row is not None:
            where.append(f"line {self.row}" if isinstance(self.row, int) else self.row)
        if self.sheet is None and self.column is not None:
            where.append(f"column {self.column}")
        found = "" if self.value is None else f" (found {_cut(self.value)!r})"
        return _plain(f"{', '.join(map(_cut, where))}: {_cut(self.rule)}{found}. {self.remedy}")


def _plain(text: str) -> str:
    """Text without control codes, which a refused file may contain and a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class BadInputError(Exception):
    """An input was refused. Retrying does not help; the published version stays."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count > 1 else ''} in the input:"]
        lines += [f"  - {problem}" for problem in self.problems[:SHOWN]]
        lines += [f"  - and {count - SHOWN} more"] if count > SHOWN else []
        super().__init__("\n".join(lines))


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Adds the problems of a refused input to a list, so that the next input is read too."""
    try:
        yield
    except BadInputError as refused:
        problems += refused.problems


class RebuildError(Exception):
    """The raw tables do not go together: a table cannot be made from them."""
