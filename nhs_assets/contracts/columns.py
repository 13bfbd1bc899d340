"""The vocabulary of columns: each constructor fixes a dtype, a unit and the rules every such quantity obeys.

A quantity has one name, one dtype and one unit wherever it appears, so contracts are written with these constructors
and never with bare dataframely columns. The unit travels in ``metadata["unit"]`` and the meaning in ``description``;
both reach the DDL, the DuckDB comments, the Dagster column schema and the data dictionary. Every constructor also takes
the :class:`Options`.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any, TypedDict, TypeVar, Unpack

import dataframely as dy
import polars as pl

MONEY_PRECISION = 18
MONEY_SCALE = 6
"""£m with six decimals: whole pounds, exact."""

CONFIDENCE = ("F", "F(d)", "K", "E")
"""F found in the source named; F(d) arithmetic on found figures; K background knowledge; E estimate."""

Kind = TypeVar("Kind", bound=dy.Column)


class Options(TypedDict, total=False):
    """Whether a column is part of the key, and whether it may be empty."""

    key: bool
    nullable: bool


def _column(
    kind: type[Kind], description: str, unit: str, *args: int, key: bool = False, nullable: bool = False, **rules: Any
) -> Kind:
    metadata = {"unit": unit, **rules.pop("metadata", {})}
    return kind(*args, primary_key=key, nullable=nullable, description=description, metadata=metadata, **rules)


def identifier(
    description: str,
    *,
    regex: str = r"^[a-z0-9][a-z0-9_]*$",
    unit: str = "identifier",
    references: str | None = None,
    about: bool = False,
    **options: Unpack[Options],
) -> dy.String:
    """A lower-case identifier of ours, such as a vintage or a measure.

    ``references`` is the column that holds all its values, as ``schema.table.column``; ``about`` says whether it names
    the quantity that the figures of the row are of.
    """
    metadata = {"references": references, "about": about}
    return _column(dy.String, description, unit, regex=regex, metadata=metadata, **options)


source = partial(identifier, references="raw.source.source_id")
"""A document."""
measure = partial(identifier, references="raw.measure.measure_id", about=True)
"""The measure that the figures of the row are of."""
scope = partial(identifier, references="raw.scope.scope_id", about=True)
"""The bodies that the figures of the row cover."""
period = partial(identifier, about=True)
"""The period that the figures of the row are of."""
parameter = partial(identifier, references="raw.parameter_value.parameter_id")
scenario = partial(identifier, references="raw.scenario.scenario_id")
vintage_id = partial(identifier, references="raw.vintage.vintage_id")
"""A vintage: the moment at which something became known."""
claim = partial(identifier, regex=r"^[A-Z]\d{3}$")
"""The identifier of a claim: a letter and three digits."""
claimant = partial(identifier, regex=r"^\S.*$", unit="text", references="raw.claimant.claimant")
"""Who makes a claim, by name."""
publisher_code = partial(identifier, regex=r"^[A-Z0-9]+$", unit="code")
"""A code that a publisher assigns (ODS, ONS), kept as published."""
organisation = partial(publisher_code, references="raw.organisation.ods_code")
"""A body, by its ODS code."""
sha256 = partial(identifier, regex=r"^[0-9a-f]{64}$", unit="sha256")
"""A checksum, in lower-case hex."""


def category(description: str, values: Sequence[str], **options: Unpack[Options]) -> dy.String:
    """One of a closed list of words."""
    allowed = list(values)
    return _column(
        dy.String,
        f"{description} One of: {', '.join(allowed)}.",
        "category",
        check={"allowed_value": lambda column: column.is_in(allowed)},
        metadata={"values": allowed},
        **options,
    )


confidence = partial(
    category, "How the figure is known: F found, F(d) arithmetic on found, K background, E estimate.", CONFIDENCE
)
"""How sure the figure in this row is."""


def text(description: str, **options: Unpack[Options]) -> dy.String:
    """Free text in our own words, or a name."""
    return _column(
        dy.String, description, "text", check={"not_blank": lambda column: column.str.contains(r"\S")}, **options
    )


def financial_year(description: str, **options: Unpack[Options]) -> dy.String:
    """A UK financial year, April to March, written ``2025-26``."""

    def consecutive_years(column: pl.Expr) -> pl.Expr:
        first, last = (column.str.slice(place, 2).cast(pl.Int32, strict=False) for place in (2, 5))
        return (first + 1) % 100 == last

    check = {"consecutive_years": consecutive_years}
    return _column(dy.String, description, "financial year", regex=r"^20\d\d-\d\d$", check=check, **options)


def month(description: str, **options: Unpack[Options]) -> dy.Date:
    """A calendar month, held as its first day."""
    return _column(
        dy.Date, description, "month", check={"first_of_month": lambda column: column.dt.day() == 1}, **options
    )


def day(description: str, **options: Unpack[Options]) -> dy.Date:
    """A calendar date."""
    return _column(dy.Date, description, "date", **options)


def known_from(description: str = "First day on which it was known.") -> dy.Date:
    """The day from which a row may be used: it never comes before the day of anything the row rests on."""
    return day(description)


def exact(
    description: str, unit: str, scale: int = MONEY_SCALE, minimum: int | None = None, **options: Unpack[Options]
) -> dy.Decimal:
    """A quantity held exactly, so that parts can sum to a whole to the last digit."""
    least = None if minimum is None else Decimal(minimum)
    return _column(dy.Decimal, description, unit, MONEY_PRECISION, scale, min=least, **options)


gbp_m = partial(exact, unit="£m")
"""Nominal money in £ million, exact to the pound."""
gbp = partial(exact, unit="£", scale=2, minimum=0)
"""Money in pounds, exact to the penny."""


def number(
    description: str,
    unit: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    **options: Unpack[Options],
) -> dy.Float64:
    """A measured or derived quantity in the unit named."""
    return _column(dy.Float64, description, unit, min=minimum, max=maximum, **options)


derived_gbp_m = partial(number, unit="£m")
"""Real-terms or discounted money in £ million: the result of division, so a float."""
percent = partial(number, unit="%")
"""A percentage: 2.5 means 2.5%."""
share = partial(number, unit="share", minimum=0.0, maximum=1.0)
"""A share of a whole, from 0 to 1."""


def whole_number(
    description: str, unit: str, *, minimum: int | None = 0, maximum: int | None = None, **options: Unpack[Options]
) -> dy.Int64:
    """A count in the unit named."""
    return _column(dy.Int64, description, unit, min=minimum, max=maximum, **options)


def flag(description: str, **options: Unpack[Options]) -> dy.Bool:
    """A yes or no."""
    return _column(dy.Bool, description, "yes/no", **options)


price_basis = partial(category, "Price basis of the money in this row.", ("cash", "real"))
"""Whether money is in the prices of its own year or of a base year."""
base_year = partial(financial_year, "Price year of real money; empty if the basis is cash.", nullable=True)
"""The price year of real money; empty for cash."""


def prices() -> tuple[dy.String, dy.String]:
    """The columns ``price_basis`` and ``base_fy`` of the money in a row."""
    return price_basis(), base_year()


def quantiles(unit: str, of: str = "the draws", **options: Any) -> tuple[dy.Float64, ...]:
    """The tenth percentile, the median and the ninetieth percentile; ``options`` as for :func:`number`."""
    which = ("Tenth percentile", "Median", "Ninetieth percentile")
    return tuple(number(f"{quantile} of {of}.", unit, **options) for quantile in which)


def span(what: str, column: Callable[..., Kind], **options: Any) -> tuple[Kind, ...]:
    """The low end, the central value and the high end of a quantity; ``options`` as for the constructor."""
    return tuple(column(f"{what}, {end}.", **options) for end in ("low end", "central value", "high end"))


def stated_middle() -> dy.Float64:
    """The central value of what is stated, where it is one value."""
    meaning = "Value stated; empty if a range is stated, which has no middle."
    return number(meaning, "as the measure", nullable=True, minimum=0.0)


def rule(holds: pl.Expr) -> object:
    """A rule that every row obeys, named after the attribute that it is given to; an empty result holds."""
    return dy.rule()(lambda _: holds)


def in_order(*columns: str) -> pl.Expr:
    """Whether columns rise, or stay equal, from the first to the last."""
    return pl.all_horizontal(pl.col(lower) <= pl.col(upper) for lower, upper in pairwise(columns))


def steps_within(least: float, most: float, column: str, *within: str, order_by: str = "fy") -> pl.Expr:
    """Whether the ratios of a figure to the one before and to the one after lie within bounds."""
    amount = pl.col(column).cast(pl.Float64)
    neighbours = (amount.shift(step).over(*within, order_by=order_by) for step in (1, -1))
    return pl.all_horizontal((amount / neighbour).is_between(least, most).fill_null(True) for neighbour in neighbours)


def range_is_no_wider_than_value() -> pl.Expr:
    """Whether ``high`` is no more than twice a positive ``value``: a wider range says that the value is not known."""
    return (pl.col("value") <= 0) | (pl.col("high") <= 2 * pl.col("value"))
