"""The sentence that answers a question, from the template in its header and the rows of its answer."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace

import polars as pl
from jinja2 import Environment, StrictUndefined, TemplateError

from nhs_assets.outputs import sentences

NOT_KNOWN = "Nothing was known of this on that day."
"""The answer without rows, unless a question has words of its own for it."""


class AnswerError(ValueError):
    """The template of a question does not fit its rows."""


class _Rows:
    """What a template may ask of the rows of an answer."""

    def __init__(self, answer: pl.DataFrame) -> None:
        self._columns = answer.columns
        self.rows = [SimpleNamespace(**row) for row in answer.iter_rows(named=True)]

    def where(self, **values: object) -> list[SimpleNamespace]:
        """The rows with these values in these columns; an unknown column is an error."""
        if unknown := values.keys() - set(self._columns):
            raise AnswerError(f"there is no column {', '.join(sorted(unknown))}")
        return [row for row in self.rows if all(getattr(row, name) == value for name, value in values.items())]

    def row(self, **values: object) -> SimpleNamespace | None:
        """The first of them; None if there is none."""
        return next(iter(self.where(**values)), None)


def answer_sentence(template: str, no_rows: str | None, answer: pl.DataFrame) -> str:
    """The template filled in from the rows of an answer; without rows, what is said then.

    Raises:
        AnswerError: if the template cannot be read, names what the rows lack, or would print an empty value.
    """
    if answer.is_empty():
        return no_rows or NOT_KNOWN
    found = _Rows(answer)
    try:
        written = _ENVIRONMENT.from_string(template).render(rows=found.rows, where=found.where, row=found.row)
    except (TemplateError, ArithmeticError, TypeError) as error:
        raise AnswerError(str(error)) from error
    return " ".join(written.split())


def _finalize(value: object) -> object:
    if value is None:
        raise AnswerError("an empty value would be printed")
    return value


def _if_any(write: Callable[..., str]) -> Callable[..., str | None]:
    """A filter that leaves an empty value empty: it is an error if it is printed."""
    return lambda value, *options: None if value is None else write(value, *options)


def _ranged(low: str | None, high: str | None) -> str:
    """The range of draws, in brackets; a past day has no draws."""
    if low is None or high is None:
        return "(no range)"
    return f"(80% range {low} to {high})"


def _several(names: Iterable[str]) -> str:
    """Names as a list, such as "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


FILTERS = {
    "money": _if_any(lambda gbp_m, places=0: sentences.money(gbp_m, places)),
    "pounds": _if_any(lambda gbp: f"£{sentences.rounded(gbp):,}"),
    "whole": _if_any(lambda number, places=0: f"{int(sentences.rounded(number, places)):,}".replace("-", "−")),
    "number": _if_any(lambda number, places=1: f"{sentences.rounded(number, places):,}".replace("-", "−")),
    "percent": _if_any(lambda share, places=0: f"{sentences.rounded(share, places):,}%"),
    "month": _if_any(sentences.month_name),
    "day": _if_any(sentences.day_name),
    "months": _if_any(lambda months: f"{int(months)} month{'' if int(months) == 1 else 's'}"),
}
"""How a template writes one value."""

_ENVIRONMENT = Environment(undefined=StrictUndefined, finalize=_finalize, autoescape=False)
_ENVIRONMENT.globals["ranged"] = _ranged
_ENVIRONMENT.filters |= {**FILTERS, "several": _several, "basis": sentences.basis_of_limit}
