"""Small counts withheld before anything about people is published.

A count at or below the threshold is suppressed, every other is rounded to the base. More counts are
suppressed with it, so that no suppressed count follows from the true totals either: whoever knows every other count and
every total of the table is left with more than one possible value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl

from nhs_assets.model.parameters import ParameterSet

SUPPRESSED = "counts_suppressed"
Counts = TypeVar("Counts", pl.Series, pl.Expr)


@dataclass(frozen=True)
class Disclosure:
    """How counts of people are published.

    Attributes:
        threshold: counts of this and below are suppressed.
        base: other counts are rounded to a multiple of it.
    """

    threshold: int
    base: int

    @classmethod
    def from_parameters(cls, parameters: ParameterSet) -> "Disclosure":
        """The rule as the parameters state it."""
        return cls(
            threshold=int(parameters.value("suppression_threshold_people")),
            base=int(parameters.value("rounding_base_people")),
        )


def suppressed(
    frame: pl.DataFrame,
    count: str,
    rule: Disclosure,
    *,
    rows: Sequence[str],
    columns: Sequence[str] = (),
) -> pl.DataFrame:
    """The frame ready to publish: counts rounded or empty, with ``counts_suppressed`` on every row.

    Counts are taken to the nearest whole person before the threshold is applied, so that 7.4 people are 7. A zero is
    a count as well. A pair of row and column that is not in the frame is known to be empty and protects nobody.

    Args:
        frame: one row per cell of the table.
        count: the column of counts; comes back as Int64, empty where suppressed.
        rule: threshold and base.
        rows: key columns that make the rows of the table.
        columns: key columns that make its columns; none for a table of one column, which has only a total.

    Raises:
        ValueError: if a cell is in the frame twice, or a count is missing.
    """
    keys = [*rows, *columns]
    if frame.select(keys).is_duplicated().any():
        raise ValueError(f"a cell of {', '.join(keys)} is there twice; its parts would follow by difference")
    if frame[count].null_count():
        raise ValueError(f"{count} is empty in some cells; an unknown count is not zero")
    people = frame[count].cast(pl.Float64).round().cast(pl.Int64)
    withheld = _withheld(_numbered(frame, rows), _numbered(frame, columns), people.to_numpy(), rule.threshold)
    return frame.with_columns(rounded(people, rule.base), pl.Series(SUPPRESSED, withheld)).with_columns(
        pl.when(~pl.col(SUPPRESSED)).then(pl.col(count)).alias(count)
    )


def rounded(people: Counts, base: int) -> Counts:
    """Whole people to the nearest multiple of the base, a half upwards."""
    return (2 * people + base) // (2 * base) * base


def _numbered(frame: pl.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Each row's place among the distinct keys."""
    if not keys:
        return np.zeros(frame.height, dtype=np.int64)
    return frame.select(pl.struct(keys).rank("dense")).to_series().to_numpy().astype(np.int64) - 1


def _withheld(rows: np.ndarray, columns: np.ndarray, people: np.ndarray, threshold: int) -> np.ndarray:
    """Which cells are suppressed: the small ones, and those that hide them."""
    if not people.size:
        return np.zeros(0, dtype=bool)
    counts = np.full((rows.max() + 1, columns.max() + 1), -1)
    counts[rows, columns] = people
    hidden = (counts >= 0) & (counts <= threshold)
    if min(counts.shape) == 1:
        return _hidden_in_a_line(counts.ravel(), hidden.ravel()).reshape(counts.shape)[rows, columns]
    for row, column in np.argwhere(hidden):
        _hide_in_a_square(counts, hidden, row, column)
    return hidden[rows, columns]


def _hidden_in_a_line(counts: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """In a table of one column, people may move between two suppressed cells only if one of them has any."""
    if not hidden.any() or (hidden.sum() > 1 and counts[hidden].max() > 0):
        return hidden
    shown = np.flatnonzero(~hidden & (counts > 0))
    if shown.size:
        hidden[shown[np.argmin(counts[shown])]] = True
    return hidden


def _hide_in_a_square(counts: np.ndarray, hidden: np.ndarray, row: int, column: int) -> None:
    """Suppresses the cheapest square of cells around a suppressed one, unless there is one already.

    A person moved round a square of suppressed cells changes all four and no total. That needs someone to move: either
    both cells beside the first have people, or the first and the one across. Where there is no such square, the whole
    table is withheld.
    """
    beside, below = counts[row][None, :], counts[:, column][:, None]
    exists = (counts >= 0) & (beside >= 0) & (below >= 0)
    movable = ((beside > 0) & (below > 0)) | ((counts[row, column] > 0) & (counts > 0))
    possible = exists & movable
    possible[row, :] = possible[:, column] = False
    if not possible.any():
        hidden |= counts >= 0
        return
    shown = np.where(hidden, 0, counts)
    price = shown[row][None, :] + shown[:, column][:, None] + shown
    price = np.where(possible, price, np.iinfo(price.dtype).max)
    other_row, other_column = np.unravel_index(np.argmin(price), price.shape)
    hidden[row, other_column] = hidden[other_row, column] = hidden[other_row, other_column] = True
