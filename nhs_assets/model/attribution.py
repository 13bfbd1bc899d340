"""How much of a move each changed input explains: Shapley values, exact and independent of any order.

Each input's part is the average, over every order in which the inputs could have changed, of what its change adds.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import factorial

QUANTUM = Decimal("0.000001")
"""The last digit that is stored."""


def coalitions(inputs: Sequence[str]) -> list[frozenset[str]]:
    """Every set of inputs, from none to all."""
    return [frozenset(chosen) for size in range(len(inputs) + 1) for chosen in itertools.combinations(inputs, size)]


def shapley(inputs: Sequence[str], value: Callable[[frozenset[str]], Decimal]) -> dict[str, Fraction]:
    """The part of ``value(all) - value(none)`` that each input explains; the parts sum to it exactly.

    Args:
        inputs: names of the inputs that changed, each once.
        value: the figure when these inputs are changed and the others are not.
    """
    known = {chosen: Fraction(value(chosen)) for chosen in coalitions(inputs)}
    count = len(inputs)
    parts = dict.fromkeys(inputs, Fraction(0))
    for chosen in known:
        for name in set(inputs) - chosen:
            weight = Fraction(factorial(len(chosen)) * factorial(count - len(chosen) - 1), factorial(count))
            parts[name] += weight * (known[chosen | {name}] - known[chosen])
    return parts


def stored(value: float | Decimal) -> Decimal:
    """A figure to the last digit that is stored."""
    return Decimal(value).quantize(QUANTUM, ROUND_HALF_EVEN)


def apportion(parts: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """The parts to the last digit that is stored, rounded so that they still sum to their sum.

    Each part is off by less than one unit of the last digit; a part of zero stays zero.

    Raises:
        ValueError: if the sum of the parts is not itself a multiple of the last digit.
    """
    units = {name: part / Fraction(QUANTUM) for name, part in parts.items()}
    total = sum(units.values(), Fraction(0))
    if total.denominator != 1:
        raise ValueError(f"parts that sum to {total} units of {QUANTUM} cannot be stored to sum exactly")
    whole = {name: unit.numerator // unit.denominator for name, unit in units.items()}
    short = int(total) - sum(whole.values())
    by_remainder = sorted(units, key=lambda name: whole[name] - units[name])
    for name in by_remainder[:short]:
        whole[name] += 1
    return {name: count * QUANTUM for name, count in whole.items()}
