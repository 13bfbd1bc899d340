"""Shapley parts: they sum to the move, and treat inputs alike that are alike, whatever the figure is."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.attribution import QUANTUM, apportion, coalitions, shapley, stored

pytestmark = pytest.mark.unit

few = settings(max_examples=50, deadline=None)
money = st.decimals(min_value=-100_000, max_value=100_000, places=6)
counts = st.integers(min_value=1, max_value=5)


@st.composite
def games(draw: st.DrawFn, count: int | None = None) -> tuple[list[str], dict[frozenset[str], Decimal]]:
    """Inputs, and a figure for each set of them that has changed."""
    inputs = [f"input_{number}" for number in range(draw(counts) if count is None else count)]
    return inputs, {chosen: draw(money) for chosen in coalitions(inputs)}


@few
@given(games())
def test_parts_sum_to_the_move_to_the_last_digit_stored(game) -> None:
    inputs, values = game
    parts = apportion(shapley(inputs, values.__getitem__))
    assert sum(parts.values()) == values[frozenset(inputs)] - values[frozenset()]
    assert all(part == part.quantize(QUANTUM) for part in parts.values())


@few
@given(games())
def test_rounding_moves_no_part_by_a_whole_unit(game) -> None:
    inputs, values = game
    exact = shapley(inputs, values.__getitem__)
    assert all(abs(Fraction(part) - exact[name]) < Fraction(QUANTUM) for name, part in apportion(exact).items())


@few
@given(games())
def test_order_of_the_inputs_does_not_matter(game) -> None:
    inputs, values = game
    assert shapley(inputs, values.__getitem__) == shapley(inputs[::-1], values.__getitem__)


@few
@given(games(3))
def test_inputs_that_do_the_same_have_the_same_part(game) -> None:
    inputs, values = game
    first, second, _ = inputs
    swapped = {first: second, second: first}

    def alike(chosen: frozenset[str]) -> Decimal:
        other = frozenset(swapped.get(name, name) for name in chosen)
        return values[chosen] + values[other]

    parts = shapley(inputs, alike)
    assert parts[first] == parts[second]


@few
@given(games())
def test_an_input_that_changes_nothing_has_no_part(game) -> None:
    inputs, values = game
    idle = inputs[-1]
    parts = apportion(shapley(inputs, lambda chosen: values[chosen - {idle}]))
    assert parts[idle] == 0


@few
@given(games(3), games(3))
def test_parts_of_a_sum_are_the_sums_of_the_parts(one, other) -> None:
    inputs, first = one
    _, second = other
    together = shapley(inputs, lambda chosen: first[chosen] + second[chosen])
    apart = [shapley(inputs, values.__getitem__) for values in (first, second)]
    assert together == {name: apart[0][name] + apart[1][name] for name in inputs}


def test_two_inputs_by_hand() -> None:
    # From 10 to 16: the first alone gives 12, the second alone 13; together 1 more than the two moves.
    values = {frozenset(): 10, frozenset("a"): 12, frozenset("b"): 13, frozenset("ab"): 16}
    parts = shapley(["a", "b"], lambda chosen: Decimal(values[chosen]))
    assert parts == {"a": Fraction(5, 2), "b": Fraction(7, 2)}


def test_thirds_are_rounded_to_sum() -> None:
    parts = apportion(dict.fromkeys("abc", Fraction(1, 3)))
    assert sum(parts.values()) == 1
    assert sorted(parts.values()) == [Decimal("0.333333"), Decimal("0.333333"), Decimal("0.333334")]


def test_a_sum_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        apportion({"a": Fraction(1, 3)})


def test_a_figure_is_stored_to_six_decimals() -> None:
    assert stored(2.1955228483488076) == Decimal("2.195523")
