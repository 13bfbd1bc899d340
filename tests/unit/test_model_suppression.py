"""No count of few people can be read from what is published, nor worked out from it."""

from collections import defaultdict

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.suppression import Disclosure, suppressed
from tests.unit.model_inputs import parameter_set

pytestmark = pytest.mark.unit

RULE = Disclosure(threshold=7, base=5)
Line = tuple[str, int]
GRADES = ("5", "6", "7", "8a", "8b")


def cells(counts: list[list[int]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (f"Q{row:02d}", GRADES[column], count)
            for row, line in enumerate(counts)
            for column, count in enumerate(line)
        ],
        schema=["ods_code", "grade", "posts"],
        orient="row",
    )


def published(counts: list[list[int]]) -> pl.DataFrame:
    return suppressed(cells(counts), "posts", RULE, rows=["ods_code"], columns=["grade"])


def hidden(frame: pl.DataFrame, counts: list[list[int]]) -> np.ndarray:
    return frame["counts_suppressed"].to_numpy().reshape(np.shape(counts))


def recovered(counts: np.ndarray, is_hidden: np.ndarray) -> list[tuple[int, int]]:
    """Hidden cells that one value alone fits, for someone who knows all other cells and every true total.

    People may be moved into any hidden cell and out of one that has some, and every total is kept if they go round. So
    a cell may be higher if from its column a way leads back to its row, and lower if one leads from its row to its
    column, in both cases without the cell itself.
    """
    found = []
    for place in map(tuple, np.argwhere(is_hidden)):
        row, column = ("row", place[0]), ("column", place[1])
        ways = ways_of_people(counts, is_hidden, but=place)
        may_be_higher = row in reached(ways, column)
        may_be_lower = counts[place] > 0 and column in reached(ways, row)
        if not may_be_higher and not may_be_lower:
            found.append(place)
    return found


def ways_of_people(counts: np.ndarray, is_hidden: np.ndarray, but: tuple[int, int]) -> dict[Line, set[Line]]:
    """From a row to the columns where it may gain, and from a column to the rows where it may lose."""
    ways = defaultdict(set)
    for place in map(tuple, np.argwhere(is_hidden)):
        if place != but:
            ways["row", place[0]].add(("column", place[1]))
            if counts[place] > 0:
                ways["column", place[1]].add(("row", place[0]))
    return ways


def reached(ways: dict[Line, set[Line]], start: Line) -> set[Line]:
    """All that can be reached."""
    seen, waiting = {start}, [start]
    while waiting:
        new = ways[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


tables = st.integers(2, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=columns, max_size=columns),
        min_size=2,
        max_size=6,
    )
)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_p1_small_counts_are_kept_back_and_the_others_rounded_to_five(counts: list[list[int]]) -> None:
    frame = published(counts)
    shown = frame.filter(~pl.col("counts_suppressed"))
    assert shown.height == frame["posts"].count()
    assert hidden(frame, counts)[np.array(counts) <= RULE.threshold].all()
    assert (shown["posts"] % RULE.base == 0).all()
    assert (shown["posts"] > RULE.threshold).all()
    exact = np.array(counts).ravel()[~frame["counts_suppressed"].to_numpy()]
    assert (np.abs(shown["posts"].to_numpy() - exact) <= RULE.base / 2).all()


@settings(deadline=None, max_examples=60)
@given(tables)
def test_p1_whoever_knows_all_other_cells_and_all_true_totals_cannot_tell_a_hidden_count(
    counts: list[list[int]],
) -> None:
    known = np.array(counts)
    is_hidden = hidden(published(counts), counts)
    if (known > RULE.threshold).any() and not is_hidden.all():
        assert not recovered(known, is_hidden)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=40))
def test_p1_in_a_table_of_one_column_none_is_the_total_less_the_others(counts: list[int]) -> None:
    frame = suppressed(cells([[count] for count in counts]), "posts", RULE, rows=["ods_code"])
    kept_back = np.array(counts)[frame["counts_suppressed"].to_numpy()]
    if kept_back.size and max(counts) > 0:
        assert kept_back.size > 1
        assert kept_back.sum() > 0


def test_the_cheapest_square_around_a_small_count_is_kept_back() -> None:
    counts = [[3, 40, 200], [300, 50, 90], [60, 20, 80]]
    assert hidden(published(counts), counts).tolist() == [
        [True, True, False],
        [False, False, False],
        [True, True, False],
    ]


def test_the_attacker_of_these_tests_finds_what_can_be_found() -> None:
    counts = np.array([[3, 40], [50, 60]])
    alone = np.array([[True, False], [False, False]])
    in_a_row = np.array([[True, True], [False, False]])
    nobody_to_move = np.array([[0, 0], [0, 0]])
    assert recovered(counts, alone) == [(0, 0)]
    assert recovered(counts, in_a_row) == [(0, 0), (0, 1)]
    assert not recovered(counts, counts > 0)
    assert len(recovered(nobody_to_move, nobody_to_move == 0)) == 4


def test_a_table_with_nothing_small_is_rounded_and_whole() -> None:
    frame = published([[8, 12], [13, 1_002]])
    assert frame["posts"].to_list() == [10, 10, 15, 1_000]
    assert not frame["counts_suppressed"].any()


def test_a_table_with_nowhere_to_hide_is_kept_back_whole() -> None:
    counts = [[0, 0], [30, 0]]
    assert hidden(published(counts), counts).all()


def test_the_threshold_is_on_whole_people() -> None:
    modelled = pl.DataFrame({"ods_code": ["A", "B", "C"], "posts": [7.4, 7.6, 300.0]})
    assert suppressed(modelled, "posts", RULE, rows=["ods_code"])["posts"].to_list() == [None, None, 300]


def test_a_cell_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="is there twice"):
        suppressed(pl.concat([cells([[9, 9]])] * 2), "posts", RULE, rows=["ods_code"], columns=["grade"])


def test_a_count_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="empty in some cells"):
        suppressed(pl.DataFrame({"ods_code": ["A"], "posts": [None]}), "posts", RULE, rows=["ods_code"])


def test_the_rule_is_a_parameter() -> None:
    stated = parameter_set(suppression_threshold_people=4, rounding_base_people=10)
    assert Disclosure.from_parameters(stated) == Disclosure(threshold=4, base=10)
