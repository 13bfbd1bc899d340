"""The vocabulary of columns: each constructor fixes a dtype, a unit and the rules every such quantity obeys.

A quantity has one name, one dtype and one unit wherever it appears, so contracts are written with these
constructors and never with bare dataframely columns. The unit travels in ``metadata["unit"]`` and the meaning in
``description``; both reach the DDL, the DuckDB comments, the Dagster column schema and the data dictionary.
"""

from collections.abc import Sequence
from decimal import Decimal

import dataframely as dy
import polars as pl

MONEY_PRECISION = 18
MONEY_SCALE = 6
"""£m with six decimals: whole pounds, exact."""

CONFIDENCE = ("F", "F(d)", "K", "E")
"""F found in the source named; F(d) arithmetic on found figures; K background knowledge; E estimate."""


def identifier(
    description: str, *, key: bool = False, nullable: bool = False, references: str | None = None, about: bool = False
) -> dy.String:
    """A lower-case identifier of ours, such as a vintage or a measure.

    Args:
        description: what it identifies.
        key: whether it is part of the key.
        nullable: whether it may be empty.
        references: the column that holds all its values, as ``schema.table.column``.
        about: whether it says of which quantity the figures of the row are.
    """
    return dy.String(
        primary_key=key,
        nullable=nullable,
        regex=r"^[a-z0-9][a-z0-9_]*$",
        description=description,
        metadata={"unit": "identifier", "references": references, "about": about},
    )


def source(description: str, *, nullable: bool = False) -> dy.String:
    """A document."""
    return identifier(description, nullable=nullable, references="raw.source.source_id")


def measure(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """The measure that the figures of the row are of."""
    return identifier(description, key=key, nullable=nullable, references="raw.measure.measure_id", about=True)


def scope(description: str, *, key: bool = False) -> dy.String:
    """The bodies that the figures of the row cover."""
    return identifier(description, key=key, references="raw.scope.scope_id", about=True)


def period(description: str, *, key: bool = False) -> dy.String:
    """The period that the figures of the row are of."""
    return identifier(description, key=key, about=True)


def parameter(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """A parameter."""
    return identifier(description, key=key, nullable=nullable, references="raw.parameter_value.parameter_id")


def scenario(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """A scenario."""
    return identifier(description, key=key, nullable=nullable, references="raw.scenario.scenario_id")


def claim(description: str, *, key: bool = False, nullable: bool = False, references: str | None = None) -> dy.String:
    """The identifier of a claim: a letter and three digits; ``references`` as for :func:`identifier`."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        regex=r"^[A-Z]\d{3}$",
        description=description,
        metadata={"unit": "identifier", "references": references},
    )


def publisher_code(
    description: str, *, key: bool = False, nullable: bool = False, references: str | None = None
) -> dy.String:
    """A code that a publisher assigns (ODS, ONS), kept as published; ``references`` as for :func:`identifier`."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        regex=r"^[A-Z0-9]+$",
        description=description,
        metadata={"unit": "code", "references": references},
    )


def organisation(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """A body, by its ODS code."""
    return publisher_code(description, key=key, nullable=nullable, references="raw.organisation.ods_code")


def category(description: str, values: Sequence[str], *, key: bool = False, nullable: bool = False) -> dy.String:
    """One of a closed list of words."""
    allowed = list(values)
    return dy.String(
        primary_key=key,
        nullable=nullable,
        check={"allowed_value": lambda column: column.is_in(allowed)},
        description=f"{description} One of: {', '.join(allowed)}.",
        metadata={"unit": "category", "values": allowed},
    )


def confidence() -> dy.String:
    """How sure the figure in this row is."""
    return category("How the figure is known: F found, F(d) arithmetic on found, K background, E estimate.", CONFIDENCE)


def text(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """Free text in our own words, or a name."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        check={"not_blank": lambda column: column.str.contains(r"\S")},
        description=description,
        metadata={"unit": "text"},
    )


def financial_year(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """A UK financial year, April to March, written ``2025-26``."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        regex=r"^20\d\d-\d\d$",
        check={
            "consecutive_years": lambda column: (
                (column.str.slice(2, 2).cast(pl.Int32, strict=False) + 1) % 100
                == column.str.slice(5, 2).cast(pl.Int32, strict=False)
            )
        },
        description=description,
        metadata={"unit": "financial year"},
    )


def month(description: str, *, key: bool = False, nullable: bool = False) -> dy.Date:
    """A calendar month, held as its first day."""
    return dy.Date(
        primary_key=key,
        nullable=nullable,
        check={"first_of_month": lambda column: column.dt.day() == 1},
        description=description,
        metadata={"unit": "month"},
    )


def day(description: str, *, key: bool = False, nullable: bool = False) -> dy.Date:
    """A calendar date."""
    return dy.Date(primary_key=key, nullable=nullable, description=description, metadata={"unit": "date"})


def known_from(description: str = "First day on which it was known.") -> dy.Date:
    """The day from which a row may be used: it never comes before the day of anything the row rests on."""
    return day(description)


def vintage_id(description: str, *, key: bool = False) -> dy.String:
    """A vintage: the moment at which something became known."""
    return dy.String(
        primary_key=key,
        regex=r"^[a-z0-9][a-z0-9_]*$",
        description=description,
        metadata={"unit": "identifier", "vintage": True, "references": "raw.vintage.vintage_id"},
    )


def sha256(description: str, *, nullable: bool = False) -> dy.String:
    """A checksum, in lower-case hex."""
    return dy.String(nullable=nullable, regex=r"^[0-9a-f]{64}$", description=description, metadata={"unit": "sha256"})


def gbp_m(description: str, *, nullable: bool = False, minimum: int | None = None) -> dy.Decimal:
    """Nominal money in £ million, exact to the pound."""
    return dy.Decimal(
        MONEY_PRECISION,
        MONEY_SCALE,
        nullable=nullable,
        min=None if minimum is None else Decimal(minimum),
        description=description,
        metadata={"unit": "£m"},
    )


def derived_gbp_m(description: str, *, nullable: bool = False, minimum: float | None = None) -> dy.Float64:
    """Real-terms or discounted money in £ million: the result of division, so a float."""
    return dy.Float64(nullable=nullable, min=minimum, description=description, metadata={"unit": "£m"})


def gbp(description: str, *, nullable: bool = False, minimum: int | None = 0) -> dy.Decimal:
    """Money in pounds, exact to the penny."""
    return dy.Decimal(
        MONEY_PRECISION,
        2,
        nullable=nullable,
        min=None if minimum is None else Decimal(minimum),
        description=description,
        metadata={"unit": "£"},
    )


def exact(description: str, unit: str, *, nullable: bool = False) -> dy.Decimal:
    """A quantity held to six decimals exactly, so that parts can sum to a whole to the last digit."""
    return dy.Decimal(MONEY_PRECISION, MONEY_SCALE, nullable=nullable, description=description, metadata={"unit": unit})


def number(
    description: str,
    unit: str,
    *,
    key: bool = False,
    nullable: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
) -> dy.Float64:
    """A measured or derived quantity in the unit named."""
    return dy.Float64(
        primary_key=key, nullable=nullable, min=minimum, max=maximum, description=description, metadata={"unit": unit}
    )


def percent(
    description: str, *, nullable: bool = False, minimum: float | None = None, maximum: float | None = None
) -> dy.Float64:
    """A percentage: 2.5 means 2.5%."""
    return number(description, "%", nullable=nullable, minimum=minimum, maximum=maximum)


def share(description: str, *, nullable: bool = False) -> dy.Float64:
    """A share of a whole, from 0 to 1."""
    return number(description, "share", nullable=nullable, minimum=0.0, maximum=1.0)


def whole_number(
    description: str,
    unit: str,
    *,
    key: bool = False,
    nullable: bool = False,
    minimum: int | None = 0,
    maximum: int | None = None,
) -> dy.Int64:
    """A count in the unit named."""
    return dy.Int64(
        primary_key=key,
        nullable=nullable,
        min=minimum,
        max=maximum,
        description=description,
        metadata={"unit": unit},
    )


def flag(description: str, *, key: bool = False, nullable: bool = False) -> dy.Bool:
    """A yes or no."""
    return dy.Bool(primary_key=key, nullable=nullable, description=description, metadata={"unit": "yes/no"})


def steps_by_less_than_half(column: str, *within: str) -> pl.Expr:
    """Whether a yearly figure neither halves nor doubles on the year before and the year after."""
    amount = pl.col(column).cast(pl.Float64)
    neighbours = (amount.shift(step).over(*within, order_by="fy") for step in (1, -1))
    return pl.all_horizontal((amount / neighbour).is_between(0.5, 2.0).fill_null(True) for neighbour in neighbours)


def range_is_no_wider_than_value() -> pl.Expr:
    """Whether ``high`` is no more than twice a positive ``value``: a wider range says that the value is not known."""
    return (pl.col("value") <= 0) | (pl.col("high") <= 2 * pl.col("value"))


def price_basis() -> dy.String:
    """Whether money is in the prices of its own year or of a base year."""
    return category("Price basis of the money in this row.", ("cash", "real"))


def base_year() -> dy.String:
    """The price year of real money; empty for cash."""
    return financial_year("Price year of real money; empty where the basis is cash.", nullable=True)
