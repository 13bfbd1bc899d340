"""Exact money: integer pence while a rule is applied, whole pounds while amounts are summed, decimals at the end.

Division of decimals differs between engines; integers agree everywhere.
"""

from collections.abc import Callable
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


def times(whole_pence: pl.Expr, *factors: Fraction, choose: Callable[[list[int]], pl.Expr | int] = max) -> pl.Expr:
    """Whole pence times a fraction, rounded half up to the penny.

    Args:
        whole_pence: an expression of whole numbers up to a few thousand million million.
        factors: the fraction; several, where they differ from row to row.
        choose: gives each row its own of a list of numbers, one for each factor; not needed for one.
    """
    doubled = [2 * factor.numerator for factor in factors]
    divisors = [factor.denominator for factor in factors]
    # Products of plain rules fit into 64 bits; a rule with many decimals needs more, which takes longer.
    fits = max(doubled) <= 1_000 and max(divisors) <= 1_000_000 * 1_000_000
    wide = whole_pence if fits else whole_pence.cast(pl.Int128)
    divisor = choose(divisors)
    return ((wide * choose(doubled) + divisor) // (2 * divisor)).cast(pl.Int64)


def whole_pounds(gbp: pl.Expr) -> pl.Expr:
    """Pounds rounded to the pound, the unit in which amounts are added up so that every order gives one sum."""
    return gbp.round().cast(pl.Int64)


def gbp_m(pounds: pl.Expr) -> pl.Expr:
    """Whole pounds as DECIMAL(18,6) £ million."""
    return (pounds.cast(GBP_M) / 1_000_000).cast(GBP_M)


def pounds(amount_gbp_m: pl.Expr) -> pl.Expr:
    """DECIMAL(18,6) £ million as whole pounds."""
    return (amount_gbp_m * 1_000_000).cast(pl.Int64)
