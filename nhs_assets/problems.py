"""What is wrong with an input, said so that the person who can mend it knows where to look and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 20


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
        found = "" if self.value is None else f" (found {self.value!r})"
        return f"{', '.join(where)}: {self.rule}{found}. {self.remedy}"


class BadInput(Exception):  # noqa: N818 - the name is what the reader of a log should see
    """An input was refused. Permanent: trying again changes nothing, and what was published stays."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [f"  - {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            shown.append(f"  - and {len(self.problems) - SHOWN} more")
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count > 1 else ''} in the input:\n" + "\n".join(shown))
