"""From which day the rows of a table of ``raw`` are known, declared on its contract.

Rows are facts or method. A *fact* is known from a day: one of its own columns, the day of the vintage, document or
claim that it names, or the last of several of these. *Method* is what the project chose: parameters, scenarios,
judgements, definitions. It has no day. As of any day it is today's.
"""

from dataclasses import dataclass

from nhs_assets.contracts.rules import Declaration

VINTAGE = "raw.vintage"
DOCUMENT = "raw.source"
CLAIM = "raw.claim"


@dataclass(frozen=True)
class Day:
    """A day that a row has: the last of the days that columns hold, or of the rows that they name."""

    columns: tuple[str, ...]
    of: str | None = None
    """The table whose rows the columns name; None if they hold the day itself."""
    months_later: int = 0
    """Months by which publication follows the day."""
    where: tuple[str, str] | None = None
    """Column and value of the rows that have the day; None if all have it."""
    may_be_borrowed: bool = False
    """Whether the first vintage counts as known while none is, since nothing can be computed without one."""


@dataclass(frozen=True)
class Known(Declaration):
    """From when on the rows of a table are known: method as soon as what it is about is, facts on the last day."""

    is_method: bool
    days: tuple[Day, ...] = ()
    hindsight: tuple[str, ...] = ()
    """Columns that were written later, which are empty as of an earlier day."""
    of_today: tuple[str, ...] = ()
    """Columns of facts that hold what is known today, as of any day."""


def own(column: str, *, months_later: int = 0) -> Day:
    """The day that a column holds, or the day on which the publisher's figures for that month come out."""
    return Day((column,), months_later=months_later)


def vintage(*columns: str) -> Day:
    """The day of the vintage that each column names."""
    return Day(columns, of=VINTAGE)


def deflator(column: str) -> Day:
    """The day of the vintage of a deflator. The first deflator is borrowed while none is known."""
    return Day((column,), of=VINTAGE, may_be_borrowed=True)


def document(column: str = "source_id", where: tuple[str, str] | None = None) -> Day:
    """The day of the document. What the project itself wrote, a document of kind ``background``, is method."""
    return Day((column,), of=DOCUMENT, where=where)


def claim(*columns: str) -> Day:
    """The day of the claim that each column names."""
    return Day(columns, of=CLAIM)


def fact(*days: Day, hindsight: tuple[str, ...] = (), of_today: tuple[str, ...] = ()) -> Known:
    """Declares that the rows of a contract are facts, known once every one of the days has come."""
    return Known(False, days, hindsight, of_today)


def method(about: Day | None = None) -> Known:
    """Declares that the rows of a contract are method; ``about`` names the facts without which a row says nothing."""
    return Known(True, () if about is None else (about,))
