"""Weights that agree with stated means and margins and otherwise stay as close as can be to where they started."""

from collections.abc import Mapping

import numpy as np

ROUNDS = 1_000
TOLERANCE = 1e-6
"""Largest miss of a margin, as a share of the whole, with which a fit ends."""


def tilted(weights: np.ndarray, values: np.ndarray, mean: float) -> np.ndarray:
    """Shares, tilted exponentially along the values until their mean is as asked.

    Of all shares with that mean these are the closest to the weights, in relative entropy.

    Args:
        weights: shape (n,), zero or more; where to start from.
        values: shape (n,), in any unit.
        mean: the mean asked for, in the unit of the values.

    Returns:
        Shape (n,), adding up to 1.

    Raises:
        ValueError: if the mean does not lie between the least and the greatest value with a weight.
    """
    held = values[weights > 0]
    if not held.min() < mean < held.max():
        raise ValueError(f"a mean of {mean} is out of reach of values from {held.min()} to {held.max()}")
    scaled = (values - mean) / (held.max() - held.min())

    def shares(tilt: float) -> np.ndarray:
        exponent = tilt * scaled
        raw = weights * np.exp(exponent - exponent[weights > 0].max())
        return raw / raw.sum()

    low, high = -1.0, 1.0
    while shares(low) @ scaled > 0:
        low *= 2
    while shares(high) @ scaled < 0:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if shares(middle) @ scaled < 0 else (low, middle)
    return shares((low + high) / 2)


def fitted(start: np.ndarray, margins: Mapping[tuple[int, ...], np.ndarray]) -> np.ndarray:
    """Iterative proportional fitting: scales a table, margin by margin, until it agrees with all of them.

    Cells that start at zero stay zero.

    Args:
        start: a table of any shape, zero or more.
        margins: totals by the axes they are kept along, in the order of the axes; all add up to the same.

    Returns:
        The table, missing no margin by more than :data:`TOLERANCE` of the whole.

    Raises:
        ValueError: if it cannot agree with them, for example where a margin needs a cell that is zero.
    """
    table = start.astype(float)
    others = {axes: tuple(axis for axis in range(start.ndim) if axis not in axes) for axes in margins}
    for _ in range(ROUNDS):
        for axes, target in margins.items():
            found = table.sum(axis=others[axes])
            factor = np.divide(target, found, out=np.zeros_like(found), where=found > 0)
            table = table * np.expand_dims(factor, others[axes])
        miss = max(np.abs(table.sum(axis=others[axes]) - target).max() for axes, target in margins.items())
        if miss <= TOLERANCE * table.sum():
            return table
    raise ValueError(f"the margins cannot be met together: {miss / table.sum():.2%} of the whole is left over")
