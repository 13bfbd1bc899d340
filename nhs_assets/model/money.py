"""Exact money: integer pence while a rule is applied, whole pounds while amounts are summed, decimals at the end.

Division of decimals differs between engines; integers agree everywhere.
"""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from nhs_assets.contracts.columns import MONEY_PRECISION, MONEY_SCALE

GBP = pl.Decimal(MONEY_PRECISION, 2)
GBP_M = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
_PENNY = pl.lit(Decimal("0.01"))


def fraction(value: float) -> Fraction:
    """The decimal a float was written as: 4.35 becomes 87/20, not its binary neighbour."""
    return Fraction(value).limit_denominator()


def pence(gbp: pl.Expr) -> pl.Expr:
    """Pounds as whole pence."""
    return (gbp.cast(pl.Float64) * 100).round().cast(pl.Int64)


def gbp(whole_pence: pl.Expr) -> pl.Expr:
    """Whole pence as DECIMAL(18,2) pounds."""
    return (whole_pence.cast(pl.Decimal(MONEY_PRECISION, 0)) * _PENNY).cast(GBP)


def times(whole_pence: pl.Expr, factor: Fraction) -> pl.Expr:
    """Whole pence times a fraction, rounded half up to the penny."""
    return (whole_pence * (2 * factor.numerator) + factor.denominator) // (2 * factor.denominator)


def whole_pounds(gbp: pl.Expr) -> pl.Expr:
    """Pounds rounded to the pound, the unit in which amounts are added up so that every order gives one sum."""
    return gbp.round().cast(pl.Int64)


def gbp_m(pounds: pl.Expr) -> pl.Expr:
    """Whole pounds as DECIMAL(18,6) £ million."""
    return (pounds.cast(GBP_M) / 1_000_000).cast(GBP_M)


def pounds(amount_gbp_m: pl.Expr) -> pl.Expr:
    """DECIMAL(18,6) £ million as whole pounds."""
    return (amount_gbp_m * 1_000_000).cast(pl.Int64)
