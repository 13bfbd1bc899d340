"""From which day the rows of a table of ``raw`` are known, declared on its contract.

Rows are facts or method. A *fact* is known from a day: one of its own columns, the day of the vintage, document or
claim that it names, or the last of several of these. *Method* is what the project chose: parameters, scenarios,
judgements, definitions. It has no day. As of any day it is today's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import dataframely as dy

VINTAGE = "raw.vintage"
DOCUMENT = "raw.source"
CLAIM = "raw.claim"

_ATTRIBUTE = "__known__"


@dataclass(frozen=True)
class Day:
    """A day that a row has.

    Attributes:
        columns: columns that hold the day, or the key of a row of another table; the last of them counts.
        of: the table whose rows these columns name; empty where they hold the day itself.
        months_later: months by which publication follows the day that the column holds.
        may_be_borrowed: whether the first vintage counts as known while none is, since nothing can be worked out
            without one.
    """

    columns: tuple[str, ...]
    of: str | None = None
    months_later: int = 0
    may_be_borrowed: bool = False


@dataclass(frozen=True)
class Known:
    """From when on the rows of a table are known.

    Attributes:
        is_method: whether they are today's as of any day, as soon as what they are about is known.
        days: days that a row has; the last of them counts.
        hindsight: columns that were written later, which are empty as of an earlier day.
        of_today: columns of facts that hold what is known today, as of any day.
    """

    is_method: bool
    days: tuple[Day, ...] = ()
    hindsight: tuple[str, ...] = ()
    of_today: tuple[str, ...] = ()


def own(column: str, *, months_later: int = 0) -> Day:
    """The day that a column holds, or the day on which the publisher's figures for that month come out."""
    return Day((column,), months_later=months_later)


def vintage(*columns: str) -> Day:
    """The day of the vintage that each column names."""
    return Day(columns, of=VINTAGE)


def deflator(column: str) -> Day:
    """The day of the vintage of a deflator. The first deflator is borrowed while none is known."""
    return Day((column,), of=VINTAGE, may_be_borrowed=True)


def document(column: str = "source_id") -> Day:
    """The day of the document. What the project itself wrote, a document of kind ``background``, is method."""
    return Day((column,), of=DOCUMENT)


def claim(*columns: str) -> Day:
    """The day of the claim that each column names."""
    return Day(columns, of=CLAIM)


def fact(
    *days: Day, hindsight: tuple[str, ...] = (), of_today: tuple[str, ...] = ()
) -> Callable[[type[dy.Schema]], type[dy.Schema]]:
    """Declares that the rows of a contract are facts, known once every one of the days has come."""
    return _declare(Known(False, days, hindsight, of_today))


def method(about: Day | None = None) -> Callable[[type[dy.Schema]], type[dy.Schema]]:
    """Declares that the rows of a contract are method; ``about`` names the facts without which a row says nothing."""
    return _declare(Known(True, () if about is None else (about,)))


def declared(model: type[dy.Schema]) -> Known | None:
    """What a contract declares itself; nothing where it does not say."""
    return vars(model).get(_ATTRIBUTE)


def _declare(known: Known) -> Callable[[type[dy.Schema]], type[dy.Schema]]:
    def declare(model: type[dy.Schema]) -> type[dy.Schema]:
        setattr(model, _ATTRIBUTE, known)
        return model

    return declare
