"""Sentences of the report, in which every figure is a link to its card."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote

import polars as pl
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from nhs_assets.outputs.addresses import parse_address
from nhs_assets.outputs.answers import FILTERS
from nhs_assets.outputs.charts.words import with_unit
from nhs_assets.outputs.explained import Explained
from nhs_assets.outputs.figure_card import find_row

FIRST_MONTH = date(2025, 4, 1)
"""From which ``payback_in_calendar`` counts."""

_YEAR = re.compile(r"\b\d{4}-\d\d\b(?![^<]*>)")
"""A financial year in a text, not in a tag."""


@dataclass(frozen=True)
class Cited:
    """A value with the id of the figure that it is."""

    figure: str
    value: object


@dataclass
class Citations:
    """Writes sentences from figures of one version, and remembers which.

    Attributes:
        figures: ids of the figures that were cited, in order.
    """

    explained: Explained
    figures: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        environment = Environment(undefined=StrictUndefined, autoescape=True)
        environment.globals["figure"] = self._figure
        environment.filters |= {name: _linking(write) for name, write in FILTERS.items()}
        environment.filters |= {
            "in_unit": _linking(lambda value, unit: with_unit(float(value), unit)),
            "in_calendar": _linking(lambda months: FILTERS["month"](_month_after(round(float(months))))),
            "times": lambda cited, factor: replace(cited, value=float(cited.value) * factor),
            "magnitude": lambda cited: replace(cited, value=abs(cited.value)),
        }
        self._environment = environment

    def sentence(self, template: str, rows: pl.DataFrame | None = None, **values: object) -> Markup:
        """The sentence of a template, which may use the rows of a figure."""
        listed = [] if rows is None else rows.to_dicts()
        written = self._environment.from_string(template).render(rows=listed, **values)
        unbroken = _YEAR.sub(r'<span class="y">\g<0></span>', " ".join(written.split()))
        return Markup(unbroken)  # every value in it is escaped by the environment

    def _figure(self, figure: str) -> Cited:
        address = parse_address(figure)
        value = find_row(self.explained, address)[address.column]
        if value is None:
            raise LookupError(f"{figure} is empty")
        self.figures[figure] = None
        return Cited(figure, value)


def card_path(figure: str) -> str:
    """Where the card of a figure is, within the report."""
    return f"figures/{figure}.html"


def _linking(write: Callable[..., str]) -> Callable[..., object]:
    """The filter, which makes a link of a figure."""

    def written(value: object, *options: object) -> object:
        if not isinstance(value, Cited):
            return write(value, *options)
        text = write(value.value, *options)
        return Markup('<a class="n" href="{}" data-figure="{}">{}</a>').format(
            quote(card_path(value.figure)), value.figure, text
        )

    return written


def _month_after(months: int) -> date:
    years, month = divmod(FIRST_MONTH.month - 1 + months, 12)
    return FIRST_MONTH.replace(year=FIRST_MONTH.year + years, month=month + 1)
